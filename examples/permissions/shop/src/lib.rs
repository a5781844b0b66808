//! A shop that knows nothing of the web: its models, and what the business does with them.

use djauth::{PermissionDenied, Perms, permission_required, permissions};

/// An order. Its name for people appears in "Can refund a customer's order" and in the defaults, "Can add order".
#[permissions(app = "shop", refund = "Can refund a customer's order")]
#[derive(Debug)]
pub struct Order;

/// Pays back what an order cost, whoever calls it: a page, a command or a job of the night.
///
/// # Errors
/// [`PermissionDenied`] if the actor lacks `shop.refund`.
#[permission_required("shop.refund", user = actor)]
pub fn refund(actor: &Perms, order: u32) -> Result<String, PermissionDenied> {
    Ok(format!("Order {order} is paid back."))
}
