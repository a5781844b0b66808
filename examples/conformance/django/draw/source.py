"""Random values, most of them unpleasant. Everything comes from one seeded generator, so a seed is a whole run."""

import random
import string
import struct

SECRET_KEYS = [
    "reference-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "reference-old-secret-key-9876543210-zyxwvutsrqponmlkjihgfedcba",
    "k", "ключ", "a key with spaces ", "\u0000", "🔑" * 40, "x" * 64, "y" * 65,
]
SPACES = "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2009\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = "\x00\x01\x08\x1b\x7f\x80\x9f\xad\u200b\u200c\u200d\u200e\u2060\ufeff\ufffe\uffff\U000e0041\U000fffff\U0010ffff"
# Letters whose case, width, composition or digit value is a story of its own.
LETTERS = (
    "ßẞſıİKÅŉǰΐΰΣσςΌόᾳᾼᾲᲐაꭰᎠᏸǅǆﬁﬃﬓΩΩµμÀàéÉñçøłđÞþŁ"
    "ａＡｅ＠．：／？＃［］％０９①②½Ⅳⅷ٣٤७五௧²³ₙªºʼ´¨˚ℵ℃℡™℀⁄∕․‥…－﹣－＿‿＋₊﹫"
)
MARKS = "\u0300\u0301\u0303\u0307\u0308\u0323\u0327\u0345\u0591\u093f\u094d\u1ab0\u20dd\u302e\u3099\ufe00\U0001d165\U0001e8d0"
ASTRAL = "🦀🔑👩🏽😀𝒜𝟘𐐀𐐨𞤀𞤢𑀅𐌰\U0001f1e6\U00020000\U0001fbf0\U00010d50\U00010d70\U00011f04\U0001df25\U0001c800"
WORDS = [
    "lin", "Ada", "lovelace", "password", "shop", "basket", "naïve", "Straße", "ÇAĞRI", "łódź", "пароль", "Ελλάς",
    "東京", "한국어", "עברית", "العربية", "हिन्दी", "café", "e\u0301clair", "null", "true", "0", "-1", "1.0", "a.b", "x_y",
]


class Source(random.Random):
    """A random generator that knows texts, numbers and JSON."""

    def chance(self, part):
        return self.random() < part

    def pick(self, *choices):
        return self.choice(choices)

    def length(self):
        """Draws a short length as a rule, a long one now and then."""
        return self.choices([0, 1, self.randint(2, 8), self.randint(9, 40), self.randint(41, 300)], [1, 3, 8, 4, 1])[0]

    def character(self):
        kind = self.randrange(12)
        if kind < 4:
            return self.choice(string.ascii_letters + string.digits)
        if kind < 6:
            return self.choice(string.punctuation)
        if kind < 10:
            return self.choice([SPACES, INVISIBLE, LETTERS, MARKS, ASTRAL][self.randrange(5)])
        if kind == 10:
            return chr(self.randint(0x80, 0x24FF))
        return self.any_character()

    def any_character(self):
        code = self.choice([self.randint(0, 0xFFFF), self.randint(0, 0x1FFFF), self.randint(0, 0x10FFFF)])
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)

    def word(self, alphabet=string.ascii_letters + string.digits, longest=12):
        return "".join(self.choice(alphabet) for _ in range(self.randint(1, longest)))

    def text(self):
        kind = self.randrange(10)
        if kind < 2:
            return self.choice(WORDS)
        if kind < 4:
            return self.word(longest=self.choice([3, 12, 40]))
        if kind < 5:
            return " ".join(self.choice(WORDS) for _ in range(self.randint(1, 4)))
        if kind < 6:
            return self.mutate(self.choice(WORDS) + self.choice(WORDS))
        return "".join(self.character() for _ in range(self.length()))

    def printable(self, longest=30):
        """Draws printable ASCII."""
        return "".join(chr(self.randint(32, 126)) for _ in range(self.randint(0, longest)))

    def filled(self):
        """Draws a text that is not empty."""
        return self.text() or self.word()

    def mutate(self, value, alphabet=None):
        """Returns the text with one to three small injuries; with an alphabet, only its characters come in."""
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            at = self.randint(0, len(value))
            new = self.choice(alphabet) if alphabet else self.character()
            value = self.choice([
                lambda: value[:at] + value[at + 1:],
                lambda: value[:at] + new + value[at:],
                lambda: value[:at] + new + value[at + 1:],
                lambda: value[:at],
                lambda: value[at:],
                lambda: value[:at] + value[max(at - 3, 0):at] + value[at:],
                lambda: value[:at] + value[at:at + 2][::-1] + value[at + 2:],
                lambda: value.swapcase() if not alphabet else value[:at] + value[at + 1:],
            ])()
        return value

    def integer(self):
        edge = self.pick(0, 1, 2**31, 2**32, 2**53, 2**63, 2**64, 10**18, 10**30, 62**11, 36**12)
        return self.pick(
            self.randint(-5, 5), self.randint(0, 100), self.randint(-10**6, 10**6), edge + self.randint(-2, 2),
            -edge + self.randint(-2, 2), self.getrandbits(self.randint(1, 400)) - self.getrandbits(20),
        )

    def int64(self):
        while not -2**63 <= (value := self.integer()) < 2**63:
            pass
        return value

    def double(self):
        """Draws a finite float, from any part of the range."""
        while True:
            value = self.pick(
                0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789012345680.0, 9007199254740993.0, 1e-4, 1e-5, 1e-7, 5e-324,
                2.2250738585072014e-308, 1.7976931348623157e308, 1e21, 1e22, 1e23, 0.30000000000000004,
                self.random(), self.uniform(-1000, 1000), round(self.uniform(0, 100), 2),
                self.randint(-50, 50) * 10.0 ** self.randint(-30, 30),
                struct.unpack("<d", self.randbytes(8))[0],
            )
            if value == value and abs(value) != float("inf"):
                return value

    def number(self):
        return self.double() if self.chance(0.5) else self.integer()

    def json(self, depth=4):
        kind = self.randrange(12 if depth else 8)
        if kind < 2:
            return self.pick(None, True, False)
        if kind < 4:
            return self.integer()
        if kind < 5:
            return self.double()
        if kind < 8:
            return self.text()
        if kind < 10:
            return [self.json(depth - 1) for _ in range(self.randrange(5))]
        return self.json_object(depth - 1)

    def json_object(self, depth=3):
        if self.chance(0.1):
            repeated = self.json(0)
            return {self.text(): [repeated] * self.randint(5, 60)}
        return {self.text(): self.json(depth) for _ in range(self.randrange(6))}

    def nested(self, depth):
        """Draws a value of exactly this depth."""
        value = self.json(0)
        for _ in range(depth):
            value = [value] if self.chance(0.5) else {self.word(): value}
        return value

    def secret_key(self):
        return self.choice(SECRET_KEYS) if self.chance(0.8) else self.filled()

    def fallbacks(self):
        return [self.secret_key() for _ in range(self.randrange(3))]

    def time(self):
        """Draws seconds since 1970 as the protocol's clock tells them."""
        whole = self.pick(0, 1, 61, 62, 4102444800, 1767225600, self.randint(0, 4102444800))
        if whole == 4102444800 or self.chance(0.5):
            return whole
        return whole + self.pick(0.0, 0.5, 0.25, 0.9, 0.999999, self.random())

    def some(self, **values):
        """Returns a random selection of optional keys."""
        return {key: value for key, value in values.items() if self.chance(0.5)}
