using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// The header of a .npy file: a Python dictionary of exactly <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, in any order.
/// A reader of that small language, not of Python.
/// </summary>
internal sealed class NpyHeader
{
    // NumPy's own limit on the number of axes.
    private const int LargestRank = 64;

    private readonly string _name;
    private readonly string _text;
    private int _at;

    private NpyHeader(string name, string text) => (_name, _text) = (name, text);

    public ElementType Type { get; private set; }

    public long[] Shape { get; private set; } = [];

    /// <exception cref="InvalidDataException">The header is not of the form above, or describes an array that is not read here.</exception>
    public static NpyHeader Parse(string name, string text)
    {
        var header = new NpyHeader(name, text);
        header.ParseDictionary();
        return header;
    }

    private void ParseDictionary()
    {
        var seen = new HashSet<string>();
        Expect('{');
        while (!Accept('}'))
        {
            string key = ParseString();
            Expect(':');
            if (!seen.Add(key)) throw Error($"gives '{key}' twice");
            if (key == "descr") Type = ParseType();
            else if (key == "fortran_order") RequireCOrder();
            else if (key == "shape") Shape = ParseShape();
            else throw Error($"has the unknown key '{key}'");
            if (Accept(',')) continue;
            Expect('}');
            break;
        }
        SkipBlanks();
        if (_at != _text.Length) throw Error($"has more after its dictionary, at character {_at}");
        if (seen.Count != 3) throw Error("lacks one of 'descr', 'fortran_order', 'shape'");
    }

    private ElementType ParseType()
    {
        SkipBlanks();
        if (_at < _text.Length && _text[_at] == '[')
            throw new InvalidDataException($"{_name}: the array's elements are structures; plain numbers are needed.");
        string descr = ParseString();
        if (descr.StartsWith('>')) throw new InvalidDataException($"{_name}: the elements '{descr}' are big-endian; little-endian is needed.");
        if (descr.Contains('O', StringComparison.Ordinal))
            throw new InvalidDataException($"{_name}: the elements are Python objects ('{descr}'), which are not read.");
        return ElementTypes.FromNpyDescr(descr)
            ?? throw new InvalidDataException($"{_name}: the elements are '{descr}'; booleans, integers and floats of up to 8 bytes are read.");
    }

    private void RequireCOrder()
    {
        if (AcceptWord("False")) return;
        if (AcceptWord("True"))
            throw new InvalidDataException(
                $"{_name}: the array is in Fortran order; C order is needed (numpy.ascontiguousarray before numpy.save).");
        throw Error($"has neither True nor False at character {_at}");
    }

    private long[] ParseShape()
    {
        var extents = new List<long>();
        Expect('(');
        bool comma = true;
        while (!Accept(')'))
        {
            if (!comma) throw Error($"has a broken shape at character {_at}");
            if (extents.Count == LargestRank) throw Error($"has more than {LargestRank} extents");
            extents.Add(ParseInteger());
            comma = Accept(',');
        }
        if (extents.Count == 1 && !comma) throw Error("has a shape that is not a tuple");
        return [.. extents];
    }

    private long ParseInteger()
    {
        SkipBlanks();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        // 18 digits always fit a long.
        if (_at == start || _at - start > 18) throw Error($"has no extent of 1 to 18 digits at character {start}");
        long value = 0;
        for (int i = start; i < _at; i++) value = value * 10 + (_text[i] - '0');
        return value;
    }

    private string ParseString()
    {
        SkipBlanks();
        if (_at == _text.Length || _text[_at] is not ('\'' or '"')) throw Error($"has no string at character {_at}");
        int end = _text.IndexOf(_text[_at], _at + 1);
        if (end < 0) throw Error($"has an open string at character {_at}");
        // No sound string has a line break, and messages quote this one.
        string value = OneLine.Of(_text[(_at + 1)..end]);
        _at = end + 1;
        return value;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t') _at++;
    }

    private bool Accept(char c)
    {
        SkipBlanks();
        if (_at == _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private void Expect(char c)
    {
        if (!Accept(c)) throw Error($"has no '{c}' at character {_at}");
    }

    private bool AcceptWord(string word)
    {
        SkipBlanks();
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) return false;
        _at += word.Length;
        return true;
    }

    private InvalidDataException Error(string what) => new($"{_name}: the .npy header {what}.");
}
