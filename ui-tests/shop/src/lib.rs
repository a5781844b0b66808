//! Models of a crate that the program uses.

use djauth::permissions;

/// Something that was bought.
#[permissions(app = "shop", refund = "Can refund orders")]
#[derive(Debug)]
pub struct Order;
