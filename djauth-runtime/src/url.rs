//! URLs as Python's `urllib` splits, joins and quotes them, where Django's answers depend on it.
