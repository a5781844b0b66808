//! Removes the sessions that have ended (Django's `clearsessions`, which does not say how many).

use djauth_runtime::{auth::Authenticator, user::AuthUser};

use super::{Failure, console::Console};

/// Runs the command.
pub(super) async fn run<U: AuthUser>(
    auth: &Authenticator<U>,
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let cleared = auth.sessions().clear_expired(auth.now()).await?;
    console.say(&format!("Removed {cleared} sessions."));
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use djauth_runtime::session::{SessionKey, SessionRecord};
    use time::Duration;

    use super::{
        super::{console::test::Script, test::people},
        *,
    };

    #[tokio::test]
    async fn s53_sessions_that_have_ended_are_removed_and_others_stay() {
        let auth = people();
        for lasts in [-Duration::DAY, -Duration::SECOND, Duration::DAY] {
            let created = auth.now() - 2 * Duration::DAY;
            let record = SessionRecord {
                data: String::new(),
                expire_date: auth.now() + lasts,
                created,
                user_id: None,
            };
            let key = SessionKey::generate().unwrap().digest();
            assert!(auth.sessions().create(&key, &record).await.unwrap());
        }
        let mut console = Script::of(&[]);
        run(&auth, &mut console).await.unwrap();
        run(&auth, &mut console).await.unwrap();
        assert_eq!(console.transcript, ["Removed 2 sessions.", "Removed 0 sessions."]);
    }
}
