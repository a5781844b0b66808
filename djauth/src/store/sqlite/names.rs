//! The names of indexes, as Django's schema editor makes them, so that either side finds what the other created.

use md5::{Digest, Md5};

const MAX_LENGTH: usize = 200;

/// Returns the name of an index over columns of a table (Django's `_create_index_name`).
pub(super) fn index_name(table: &str, columns: &[&str], suffix: &str) -> String {
    let digest = Md5::new().chain_update(table).chain_update(columns.concat()).finalize();
    let digest: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let ending = format!("{digest}{suffix}");
    let columns = columns.join("_");
    let whole = format!("{table}_{columns}_{ending}");
    if whole.chars().count() <= MAX_LENGTH {
        return whole;
    }
    let rest = (MAX_LENGTH - ending.len()) / 2 - 1;
    let cut = |text: &str| text.chars().take(rest).collect::<String>();
    let short = format!("{}_{}_{ending}", cut(table), cut(&columns));
    // Django keeps names from beginning so for the sake of Oracle, on every database.
    if short.starts_with(|first: char| first == '_' || first.is_ascii_digit()) {
        return format!("D{}", &short[..short.len() - 1]);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_djangos() {
        for (table, columns, suffix, expected) in [
            (
                "auth_permission",
                &["content_type_id", "codename"][..],
                "_uniq",
                "auth_permission_content_type_id_codename_01ab375a_uniq",
            ),
            ("auth_permission", &["content_type_id"], "", "auth_permission_content_type_id_2f476e4b"),
            ("auth_user_groups", &["user_id"], "", "auth_user_groups_user_id_6a12ed8b"),
            ("django_session", &["expire_date"], "", "django_session_expire_date_a5c62663"),
        ] {
            assert_eq!(index_name(table, columns, suffix), expected);
        }
    }

    #[test]
    fn long_names_are_cut_as_django_cuts_them() {
        let name = index_name(&format!("{}é", "t".repeat(120)), &[&"c".repeat(90), "d"], "_uniq");
        assert_eq!(name, format!("{}_{}_d_248eff39_uniq", "t".repeat(92), "c".repeat(90)));
        let name = index_name(&"_t".repeat(120), &["ccccccccc", "d"], "");
        assert_eq!(name, format!("D{}__ccccccccc_d_fdd25d3", "_t".repeat(47)));
    }
}
