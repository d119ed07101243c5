using System.Globalization;
using System.Text;

namespace JaccardKernels.Problems;

/// <summary>
/// The text form of problems, in the manner of oneDNN's benchdnn: lower-case keys, each followed by its number,
/// without separators: <c>m512n512k64ta1</c>. Underscores and blanks between pairs are allowed and ignored.
/// </summary>
public sealed class ProblemText
{
    private readonly string _text;
    private readonly Dictionary<string, double> _values = [];
    private readonly HashSet<string> _read = [];

    /// <summary>Splits the text into its pairs.</summary>
    /// <exception cref="ArgumentException">The text is not a sequence of keys and numbers, or a key is doubled.</exception>
    public ProblemText(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        _text = text;
        int i = 0;
        while (i < text.Length)
        {
            if (text[i] is '_' or ' ')
            {
                i++;
                continue;
            }
            int keyStart = i;
            while (i < text.Length && char.IsAsciiLetterLower(text[i])) i++;
            int valueStart = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.')) i++;
            string key = text[keyStart..valueStart];
            if (key.Length == 0 || !double.TryParse(text.AsSpan(valueStart, i - valueStart), CultureInfo.InvariantCulture, out double value))
                throw Wrong($"expected a lower-case key followed by a number at position {keyStart}");
            if (!_values.TryAdd(key, value))
                throw Wrong($"key '{key}' is given twice");
        }
    }

    /// <summary>The integer of a key that must be present.</summary>
    public int Required(string key)
    {
        _read.Add(key);
        return _values.TryGetValue(key, out double value)
            ? ToInt(key, value)
            : throw Wrong($"key '{key}' is missing");
    }

    /// <summary>The integer of a key, or its default.</summary>
    public int Optional(string key, int fallback)
    {
        _read.Add(key);
        return _values.TryGetValue(key, out double value) ? ToInt(key, value) : fallback;
    }

    /// <summary>The real number of a key, or its default.</summary>
    public double Optional(string key, double fallback)
    {
        _read.Add(key);
        return _values.TryGetValue(key, out double value) ? value : fallback;
    }

    /// <summary>The 0 or 1 of a key, or false.</summary>
    public bool Flag(string key) => Optional(key, 0) switch
    {
        0 => false,
        1 => true,
        int other => throw Wrong($"'{key}' is {other}; the values are 0 and 1"),
    };

    /// <summary>To be called last: refuses keys that nothing has asked for.</summary>
    public void End()
    {
        foreach (string key in _values.Keys)
        {
            if (!_read.Contains(key))
                throw Wrong($"unknown key '{key}'; the keys are {string.Join(", ", _read)}");
        }
    }

    /// <summary>The text itself.</summary>
    public override string ToString() => _text;

    /// <summary>Appends <c>key</c> and <c>value</c> unless the value is the default.</summary>
    public static StringBuilder Append(StringBuilder builder, string key, double value, double? omitted = null) =>
        value == omitted ? builder : builder.Append(key).Append(value.ToString("0.###############", CultureInfo.InvariantCulture));

    /// <summary>The text of keys and values, leaving out values equal to their default.</summary>
    public static string Format(params ReadOnlySpan<(string Key, double Value, double? Omitted)> pairs)
    {
        var builder = new StringBuilder();
        foreach ((string key, double value, double? omitted) in pairs) Append(builder, key, value, omitted);
        return builder.ToString();
    }

    /// <summary>The number that a person would write for a float: 0.1, not the 0.100000001490116 that the conversion to double gives.</summary>
    public static double Shortest(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private int ToInt(string key, double value) =>
        value == Math.Floor(value) && value <= int.MaxValue
            ? (int)value
            : throw Wrong($"'{key}' is {value.ToString(CultureInfo.InvariantCulture)}, not an integer up to {int.MaxValue}");

    private ArgumentException Wrong(string fault) => new(OneLine.Of($"problem '{_text}': {fault}."));
}
