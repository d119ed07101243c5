using System.Text;

namespace JaccardKernels.Fuzz;

/// <summary>Mutations of texts by their tokens: numbers, words, strings and lines are replaced, doubled, nested and broken.</summary>
internal static class TextMutations
{
    private static readonly byte[][] s_numbers =
    [
        .. ((string[])
        [
            "0", "-1", "1", "-0", "00", "+1", "1e999", "-1e999", "1e-999", "0.1", ".5", "1.", "1_000", "0x10", "NaN", "Infinity", "2147483647",
            "2147483648", "-2147483648", "4294967295", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
            "18446744073709551615", "99999999999999999999", "1e30", "16777217", "1048576", "65536", "1000000000", "100000", "1000", "255", "256", "3", "2",
        ]).Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(new string('9', 400)),
    ];

    // Broken UTF-8 (alone, overlong, a surrogate, cut short, beyond Unicode), marks of byte order, escapes, and what ends lines or texts.
    private static readonly byte[][] s_odd =
    [
        [0xFF], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0xF4, 0x90, 0x80, 0x80],
        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0],
        .. ((string[])
        [
            "\\ud800", "\\u0000", "\\n", "\\r\\n", "\\", "\\x", "\\u00e9", "\r", "\n", "\r\n", "\n\n", "\t", " ", "\u2028", "\u0085", "\v", "\"", "'", "\"\"",
            ",", ":", ";", "=", "/", "[", "]", "{", "}", "(", ")", "<", ">", "&", "#", "-", "é", "\U0001F600", "null", "true", "false", "[]", "{}",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly string[] s_nests = ["[", "{\"a\":", "[{\"b\":", "<a>", "(", "\"", "- ", "{", "-", ","];

    private static readonly Func<FuzzRandom, byte[], IReadOnlyList<byte[]>, byte[]>[] s_all =
    [
        ReplaceToken, ReplaceToken, ReplaceToken, ReplaceToken, ReplaceNumber, ReplaceNumber, ReplaceNumber, InsertOdd, InsertOdd, DoublePiece,
        DoublePiece, DeletePiece, DoubleLine, DeleteLine, SwapTokens, Nest, Lengthen, Mark,
    ];

    /// <summary>One mutation of a text.</summary>
    /// <param name="random">Decides which and where.</param>
    /// <param name="text">What is mutated, UTF-8.</param>
    /// <param name="words">Words of the format.</param>
    public static byte[] Apply(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words) => random.Of(s_all)(random, text, words);

    private static byte[] ReplaceToken(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int start, int length) = Token(random, text);
        byte[] by = random.Below(words.Count > 0 ? 6 : 3) switch
        {
            0 => random.Of(s_numbers),
            1 => random.Of(s_odd),
            2 => TextOf(text, Token(random, text)),
            _ => random.Of(words),
        };
        return ByteMutations.Replace(text, start, length, by);
    }

    private static byte[] ReplaceNumber(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        for (int attempt = 0; attempt < 8; attempt++)
        {
            (int start, int length) = Token(random, text);
            if (length > 0 && char.IsAsciiDigit((char)text[start])) return ByteMutations.Replace(text, start, length, random.Of(s_numbers));
        }
        return ReplaceToken(random, text, words);
    }

    private static byte[] InsertOdd(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words) =>
        ByteMutations.Replace(text, random.Below(text.Length + 1), 0, random.Of(s_odd));

    // From a comma to the next, say: a key that is then there twice.
    private static byte[] DoublePiece(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int start, int length) = Piece(random, text, random.Of((char[])[',', ',', '\n', '>', ' ', ':', '}']));
        return ByteMutations.Replace(text, start, 0, TextOf(text, (start, length)));
    }

    private static byte[] DeletePiece(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int start, int length) = Piece(random, text, random.Of((char[])[',', ',', '\n', '>', ' ', ':', '}']));
        return ByteMutations.Replace(text, start, length, []);
    }

    private static byte[] DoubleLine(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int start, int length) = Piece(random, text, '\n');
        byte[] line = TextOf(text, (start, length));
        int times = random.Length(100);
        return ByteMutations.Replace(text, start, 0, [.. Enumerable.Repeat(line, Math.Min(times, 1 + 4096 / Math.Max(1, length))).SelectMany(x => x)]);
    }

    private static byte[] DeleteLine(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int start, int length) = Piece(random, text, '\n');
        return ByteMutations.Replace(text, start, length, []);
    }

    private static byte[] SwapTokens(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int Start, int Length) a = Token(random, text), b = Token(random, text);
        if (a.Start > b.Start) (a, b) = (b, a);
        if (a.Start + a.Length > b.Start) return text;
        byte[] result = ByteMutations.Replace(text, b.Start, b.Length, TextOf(text, a));
        return ByteMutations.Replace(result, a.Start, a.Length, TextOf(text, b));
    }

    private static byte[] Nest(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        string nest = random.Of(s_nests);
        int times = random.OneIn(8) ? 20_000 / nest.Length : random.Length(200);
        return ByteMutations.Replace(text, random.Below(text.Length + 1), 0, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(nest, times))));
    }

    private static byte[] Lengthen(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words)
    {
        (int start, int length) = Token(random, text);
        byte letter = length > 0 ? text[start] : (byte)'x';
        return ByteMutations.Replace(text, start, 0, [.. Enumerable.Repeat(letter, random.OneIn(8) ? 10_000 : random.Length(200))]);
    }

    private static byte[] Mark(FuzzRandom random, byte[] text, IReadOnlyList<byte[]> words) => random.Below(4) switch
    {
        0 => [0xEF, 0xBB, 0xBF, .. text],
        1 => [0xFF, 0xFE, .. text],
        2 => [0xFE, 0xFF, .. text],
        _ => [0xFF, 0xFE, 0, 0, .. text],
    };

    private static byte[] TextOf(byte[] text, (int Start, int Length) part) => text[part.Start..(part.Start + part.Length)];

    // A run of letters and digits, of a number, or one byte of what is between them.
    private static (int Start, int Length) Token(FuzzRandom random, byte[] text)
    {
        if (text.Length == 0) return (0, 0);
        int start = random.Below(text.Length), end = start + 1;
        if (!IsWord(text[start])) return (start, 1);
        while (start > 0 && IsWord(text[start - 1])) start--;
        while (end < text.Length && IsWord(text[end])) end++;
        return (start, end - start);
    }

    private static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'_' or (byte)'-' or >= 0x80;

    private static (int Start, int Length) Piece(FuzzRandom random, byte[] text, char separator)
    {
        int middle = random.Below(text.Length + 1);
        int start = text.AsSpan(0, middle).LastIndexOf((byte)separator) + 1;
        int end = text.AsSpan(middle).IndexOf((byte)separator);
        return (start, (end < 0 ? text.Length : middle + end + 1) - start);
    }
}
