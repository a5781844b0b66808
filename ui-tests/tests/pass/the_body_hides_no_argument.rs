//! What stands in the body of a guarded call changes nothing of the question that comes before it.

#![deny(warnings)]
#![allow(dead_code, non_upper_case_globals)]

use djauth::{Actor, PermissionDenied, guard::Requirement, permission_required};

struct Caller {
    may: bool,
}

impl Actor for Caller {
    fn fulfils(&self, _: &Requirement) -> djauth::Result<bool> {
        Ok(self.may)
    }
}

#[permission_required("auth.view_user", user = actor)]
fn hidden_by_a_static(actor: &Caller) -> Result<bool, PermissionDenied> {
    static actor: &Caller = &Caller { may: true };
    Ok(actor.may)
}

#[permission_required("auth.view_user", user = actor)]
fn hidden_by_a_constant(actor: Caller) -> djauth::Result<bool> {
    const actor: Caller = Caller { may: true };
    return Ok(actor.may);
}

#[permission_required("auth.view_user", user = actor)]
fn hidden_by_an_import(actor: &Caller) -> Result<bool, PermissionDenied> {
    mod elsewhere {
        pub static actor: &super::Caller = &super::Caller { may: true };
    }
    use elsewhere::*;
    Ok(actor.may)
}

#[permission_required("auth.view_user", user = actor)]
fn hidden_by_a_macro(actor: &Caller) -> Result<bool, PermissionDenied> {
    macro_rules! hide {
        ($name:ident) => {
            static $name: &Caller = &Caller { may: true };
        };
    }
    hide!(actor);
    Ok(actor.may)
}

#[permission_required("auth.view_user", user = actor)]
fn names_of_the_expansion(actor: &Caller) -> Result<bool, PermissionDenied> {
    mod djauth {}
    mod core {}
    const __RULE: bool = true;
    fn require() {}
    fn __denied() {}
    Ok(__RULE)
}

#[permission_required("auth.view_user", user = actor)]
async fn in_time(actor: &Caller) -> Result<bool, PermissionDenied> {
    static actor: &Caller = &Caller { may: true };
    std::future::ready(()).await;
    let may = 'found: {
        if actor.may {
            break 'found true;
        }
        Err(PermissionDenied)?
    };
    Ok(may)
}

#[permission_required("auth.view_user", user = actor)]
fn attributes_of_the_body(actor: &Caller, unused: i32) -> Result<bool, PermissionDenied> {
    #![allow(unused_variables)]
    let neither = ();
    Ok(true)
}

#[permission_required("auth.view_user", user = actor)]
fn one_line(actor: &Caller) -> Result<bool, PermissionDenied> { Ok(actor.may) }

#[tokio::main]
async fn main() {
    let (may, may_not) = (Caller { may: true }, Caller { may: false });
    for function in
        [hidden_by_a_static, hidden_by_an_import, hidden_by_a_macro, names_of_the_expansion, one_line]
    {
        assert_eq!(function(&may), Ok(true));
        assert_eq!(function(&may_not), Err(PermissionDenied));
    }
    assert!(hidden_by_a_constant(Caller { may: true }).is_ok());
    assert!(hidden_by_a_constant(Caller { may: false }).is_err());
    assert_eq!(in_time(&may).await, Ok(true));
    assert_eq!(in_time(&may_not).await, Err(PermissionDenied));
    assert_eq!(attributes_of_the_body(&may, 1), Ok(true));
    assert_eq!(attributes_of_the_body(&may_not, 1), Err(PermissionDenied));
}
