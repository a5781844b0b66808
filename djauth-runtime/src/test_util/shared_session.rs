//! What stores of sessions must do that users of two models share.

use time::Duration;

use super::{
    NOW, sample_id,
    session::{assert_same, is_live, key, load, record},
};
use crate::{
    session::{JoinedUser, SessionRecord, SessionStore},
    user::AuthUser,
};

/// Tests two stores that keep the sessions of different models' users in one place.
///
/// # Panics
/// If a store breaks a promise.
pub async fn shared_session_contract<U, V, S, T>(make: &impl AsyncFn() -> (S, T))
where
    U: AuthUser,
    V: AuthUser,
    S: SessionStore<U>,
    T: SessionStore<V>,
{
    let (ours, theirs) = make().await;
    a_session_is_no_session_of_another_models_user(&ours, &theirs).await;
    a_session_is_no_session_of_another_models_user(&theirs, &ours).await;
    let (ours, theirs) = make().await;
    clearing_removes_what_ended_of_every_model(&ours, &theirs).await;
}

async fn a_session_is_no_session_of_another_models_user<U: AuthUser, V: AuthUser>(
    ours: &impl SessionStore<U>,
    theirs: &impl SessionStore<V>,
) {
    for user in [Some(sample_id::<U>(1)), None] {
        let (key, new) = (key(), key());
        let first = record::<U>("first", user);
        assert!(ours.create(&key, &first).await.expect("a new session"));
        let found = load(theirs, &key).await.expect("is live");
        assert!(matches!(found.user, JoinedUser::OtherModel) && found.record.user_id.is_none());

        let second = record::<V>("second", Some(sample_id::<V>(1)));
        assert!(!theirs.create(&key, &second).await.expect("a refusal"));
        assert!(!theirs.save(&key, &second).await.expect("a save"));
        assert!(!theirs.renew(&key, first.expire_date, NOW).await.expect("a renewal"));
        assert!(!theirs.rotate(&key, &new, &second).await.expect("a rotation"));
        theirs.delete(&key).await.expect("a deletion");
        assert_eq!(theirs.delete_of_user(&sample_id::<V>(1), None).await.expect("an end"), 0);
        assert_eq!(theirs.delete_of_user(&sample_id::<V>(1), Some(&new)).await.expect("an end"), 0);
        let found = load(ours, &key).await.expect("is live");
        assert!(!matches!(found.user, JoinedUser::OtherModel));
        assert_same(&found.record, &first);
        ours.delete(&key).await.expect("a deletion");
        assert!(!is_live(theirs, &key).await);
    }
}

async fn clearing_removes_what_ended_of_every_model<U: AuthUser, V: AuthUser>(
    ours: &impl SessionStore<U>,
    theirs: &impl SessionStore<V>,
) {
    let (ended, live) = (key(), key());
    let first = record::<U>("first", None);
    let later = SessionRecord { expire_date: NOW + Duration::DAY, ..first.clone() };
    assert!(ours.create(&ended, &first).await.expect("a new session"));
    assert!(ours.create(&live, &later).await.expect("a new session"));
    let after = first.expire_date + Duration::SECOND;
    assert_eq!(theirs.clear_expired(after).await.expect("a clearing"), 1);
    assert!(!is_live(ours, &ended).await && is_live(ours, &live).await);
}
