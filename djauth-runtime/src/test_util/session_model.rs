//! A store of sessions against a plain map, under random steps (rule S113).

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

use super::{
    NOW, sample_id,
    session::{assert_same, key},
};
use crate::{
    session::{SessionRecord, SessionStore, StoredKey},
    user::AuthUser,
};

const STEPS: u32 = 60;

/// Takes random steps on fresh stores and asserts that each answers as a map would.
///
/// # Panics
/// At the first difference; the text names the seed of the case.
pub async fn session_store_behaves_like_a_map<U: AuthUser, S: SessionStore<U>>(
    make: &impl AsyncFn() -> S,
    cases: u64,
) {
    for seed in 1..=cases {
        let mut case = Case::new(make().await, seed);
        for _ in 0..STEPS {
            case.step().await;
        }
    }
}

struct Case<U: AuthUser, S> {
    store: S,
    map: HashMap<StoredKey, SessionRecord<U>>,
    keys: Vec<StoredKey>,
    users: Vec<U::Id>,
    now: OffsetDateTime,
    seed: u64,
    random: u64,
}

impl<U: AuthUser, S: SessionStore<U>> Case<U, S> {
    fn new(store: S, seed: u64) -> Self {
        let keys = (0..4).map(|_| key()).collect();
        let users = vec![sample_id::<U>(1), sample_id::<U>(2)];
        Self { store, map: HashMap::new(), keys, users, now: NOW, seed, random: seed }
    }

    /// Returns a number below `end`: SplitMix64, so that a seed says the whole case.
    fn below(&mut self, end: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn key(&mut self) -> StoredKey {
        let index = self.below(self.keys.len());
        self.keys[index].clone()
    }

    fn record(&mut self) -> SessionRecord<U> {
        let user = self.below(3);
        SessionRecord {
            data: format!("data {}", self.below(1000)),
            expire_date: self.now + Duration::seconds(self.below(5) as i64),
            created: self.now,
            user_id: self.users.get(user).cloned(),
        }
    }

    async fn step(&mut self) {
        match self.below(9) {
            0 => self.create().await,
            1 => self.save().await,
            2 => self.rotate().await,
            3 => self.delete().await,
            4 => self.delete_of_user().await,
            5 => self.clear_expired().await,
            6 => self.wait(),
            7 => self.renew().await,
            _ => {}
        }
        self.compare().await;
    }

    fn wait(&mut self) {
        let seconds = self.below(3) as i64;
        self.now += Duration::seconds(seconds);
    }

    async fn create(&mut self) {
        let (key, record) = (self.key(), self.record());
        let created = self.store.create(&key, &record).await.expect("a creation");
        assert_eq!(created, !self.map.contains_key(&key), "seed {}", self.seed);
        self.map.entry(key).or_insert(record);
    }

    async fn save(&mut self) {
        let (key, record) = (self.key(), self.record());
        let saved = self.store.save(&key, &record).await.expect("a save");
        assert_eq!(saved, self.map.contains_key(&key), "seed {}", self.seed);
        self.map.entry(key).and_modify(|old| *old = SessionRecord { created: old.created, ..record });
    }

    async fn renew(&mut self) {
        let (key, from) = (self.key(), self.record().expire_date);
        let to = from + Duration::SECOND;
        let renewed = self.store.renew(&key, from, to).await.expect("a renewal");
        let record = self.map.get_mut(&key).filter(|record| record.expire_date == from);
        assert_eq!(renewed, record.is_some(), "seed {}", self.seed);
        if let Some(record) = record {
            record.expire_date = to;
        }
    }

    async fn rotate(&mut self) {
        let (old, new, record) = (self.key(), key(), self.record());
        let rotated = self.store.rotate(&old, &new, &record).await.expect("a rotation");
        assert_eq!(rotated, self.map.remove(&old).is_some(), "seed {}", self.seed);
        if rotated {
            self.keys.push(new.clone());
            self.map.insert(new, record);
        }
    }

    async fn delete(&mut self) {
        let key = self.key();
        self.store.delete(&key).await.expect("a deletion");
        self.map.remove(&key);
    }

    async fn delete_of_user(&mut self) {
        let index = self.below(self.users.len());
        let (user, except) = (self.users[index].clone(), self.key());
        let ended = self.store.delete_of_user(&user, Some(&except)).await.expect("an end");
        let before = self.map.len();
        self.map.retain(|key, record| record.user_id.as_ref() != Some(&user) || *key == except);
        assert_eq!(ended, (before - self.map.len()) as u64, "seed {}", self.seed);
    }

    async fn clear_expired(&mut self) {
        let cleared = self.store.clear_expired(self.now).await.expect("a clearing");
        let before = self.map.len();
        self.map.retain(|_, record| record.expire_date >= self.now);
        assert_eq!(cleared, (before - self.map.len()) as u64, "seed {}", self.seed);
    }

    async fn compare(&self) {
        for key in &self.keys {
            let loaded = self.store.load(key, self.now).await.expect("a load");
            let expected = self.map.get(key).filter(|record| record.expire_date > self.now);
            assert_eq!(loaded.is_some(), expected.is_some(), "seed {}", self.seed);
            if let (Some(loaded), Some(expected)) = (loaded, expected) {
                assert_same(&loaded.record, expected);
            }
        }
    }
}
