//! Floats in Python's spelling.

/// Returns the shortest text that reads back as the same double, spelt as Python's `float.__repr__` and `json` spell it:
/// `1.0`, `1e+16`, `1e-05`, `NaN`, `-Infinity`.
#[must_use]
pub fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let (mantissa, exponent) = shortest(number.abs());
    if (-4..16).contains(&exponent) {
        return [sign, &positional(&mantissa.replace('.', ""), exponent)].concat();
    }
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{exponent_sign}{:02}", exponent.unsigned_abs())
}

/// Returns mantissa and exponent of the shortest decimal that reads back as this number.
///
/// Where two are equally near, Rust takes the upper one and Python the even one: 2000723712327223.25 is `...3.2`. Exact
/// formatting in Rust takes the even one too.
fn shortest(number: f64) -> (String, i32) {
    let mut text = format!("{number:e}");
    let digits = text.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit).count();
    let nearest = format!("{number:.*e}", digits - 1);
    if nearest.parse() == Ok(number) {
        text = nearest;
    }
    let (mantissa, exponent) = text.split_once('e').expect("LowerExp always writes an exponent");
    (mantissa.to_owned(), exponent.parse().expect("LowerExp writes the exponent in decimal"))
}

/// Sets the point between digits of which the first counts ten to the power of the exponent.
fn positional(digits: &str, exponent: i32) -> String {
    match usize::try_from(exponent + 1) {
        Ok(whole) if whole < digits.len() && whole > 0 => [&digits[..whole], ".", &digits[whole..]].concat(),
        Ok(whole) if whole > 0 => format!("{digits:0<whole$}.0"),
        _ => format!("0.{:0>width$}", digits, width = digits.len() + exponent.unsigned_abs() as usize - 1),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn floats_are_spelt_as_in_python() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-120.0, "-120.0"),
            (0.1, "0.1"),
            (12.5, "12.5"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.012_34, "0.01234"),
            (0.00001, "1e-05"),
            (-1.5e-7, "-1.5e-07"),
            (5e-324, "5e-324"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float_repr(number), text);
        }
    }

    #[test]
    fn of_two_shortest_spellings_the_even_one_is_taken() {
        for text in ["2000723712327223.2", "-673136162761606.2", "23117228131601.312", "23117228131601.188"] {
            assert_eq!(float_repr(text.parse().unwrap()), text);
        }
    }
}
