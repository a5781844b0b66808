//! Are there rules for new passwords, and room for those who wait to be hashed? (rules S28, S31 to S33)

use super::{CheckMessage, weakness};
use crate::settings::Settings;

/// The most passwords that may wait. The places are set aside when the program starts, and nobody waits that long.
const LONGEST_QUEUE: usize = 100_000;

pub(super) fn check(settings: &Settings, found: &mut Vec<CheckMessage>) {
    if settings.auth_password_validators.is_empty() && !settings.dangerous_any_password {
        found.push(weakness(
            settings,
            ("djauth.E012", "djauth.W003"),
            "`auth_password_validators` is empty, so any password may be chosen, `1` too",
            "remove it, or name rules; if no users choose passwords here, set `dangerous_any_password`",
        ));
    }
    if settings.password_queue > LONGEST_QUEUE {
        found.push(CheckMessage::error(
            "djauth.E026",
            format!("`password_queue` is {}, and {LONGEST_QUEUE} are the most", settings.password_queue),
            "choose how many may wait for seconds, such as 64; who comes later is answered 503",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test::{ids, sound};

    #[test]
    fn s28_a_queue_that_no_memory_holds_is_an_error() {
        assert_eq!(ids(&Settings { password_queue: LONGEST_QUEUE, ..sound() }), [""; 0]);
        assert_eq!(ids(&Settings { password_queue: usize::MAX, ..sound() }), ["djauth.E026"]);
    }

    #[test]
    fn s31_s33_to_take_any_password_has_a_dangerous_name() {
        let none = |base| ids(&Settings { auth_password_validators: Vec::new(), ..base });
        assert_eq!(none(sound()), ["djauth.E012"]);
        assert_eq!(none(Settings { dangerous_any_password: true, ..sound() }), [""; 0]);
        let django = Settings { secret_key: sound().secret_key, ..Settings::django() };
        let django = Settings { allowed_hosts: sound().allowed_hosts, ..django };
        assert_eq!(none(django), ["djauth.W003"]);
    }
}
