//! Addresses, as Python's `ipaddress` reads them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns whether `ipaddress.IPv4Address` takes the text.
#[must_use]
pub fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Returns whether `ipaddress.IPv6Address` takes the text; a scope such as `%eth0` may follow the address.
#[must_use]
pub fn is_ipv6(text: &str) -> bool {
    let (address, scope) = match text.split_once('%') {
        Some((address, scope)) => (address, Some(scope)),
        None => (text, None),
    };
    let scope_is_good = scope.is_none_or(|scope| !scope.is_empty() && !scope.contains(['%', '/']));
    scope_is_good && address.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_strictly_as_in_python() {
        for good in
            ["::", "::1", "1::", "1:2:3:4:5:6:7::", "::ffff:10.0.0.1", "fe80::1%eth0", "ABCD:0:0:0:0:0:0:1"]
        {
            assert!(is_ipv6(good), "{good}");
        }
        for bad in
            ["", ":", ":::", "1", "12345::", "1::2::3", "::1.2.3.04", "::1%", "::1%a%b", "1:2:3:4:5:6:7:8::"]
        {
            assert!(!is_ipv6(bad), "{bad}");
        }
        assert!(is_ipv4("0.10.200.255"));
        for bad in ["", "1.2.3", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", "١.2.3.4"] {
            assert!(!is_ipv4(bad), "{bad}");
        }
    }
}
