//! `user = actor` on functions and methods, async or not.

use djauth::{Actor, PermissionDenied, permission_required};

struct Blog;

#[derive(Debug, PartialEq)]
enum Failure {
    Denied,
}

impl From<PermissionDenied> for Failure {
    fn from(_: PermissionDenied) -> Self {
        Self::Denied
    }
}

impl Blog {
    #[permission_required("auth.view_user", user = actor)]
    fn publish(&mut self, actor: &dyn Actor) -> Result<i32, Failure> {
        Ok(1)
    }

    #[permission_required("auth.view_user", "auth.add_user", user = actor)]
    async fn publish_later<A: Actor>(self, actor: A, number: i32) -> djauth::Result<i32> {
        Ok(number)
    }
}

struct Nobody;

impl Actor for Nobody {
    fn fulfils(&self, _: &djauth::__private::Requirement) -> djauth::Result<bool> {
        Ok(false)
    }
}

fn main() {
    assert_eq!(Blog.publish(&Nobody), Err(Failure::Denied));
    drop(Blog.publish_later(Nobody, 1));
}
