//! No import: a crate that is named is enough.

use djauth::permission_required;
use shop as _;

#[permission_required("shop.refund", "shop.view_order", not("auth.delete_user"))]
async fn refund() {}

#[permission_required(shop::Order::REFUND)]
async fn refund_by_constant() {}

fn main() {}
