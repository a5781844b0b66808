//! Text as Python sees it: white space, word characters, digits, NFKC and case folding.
