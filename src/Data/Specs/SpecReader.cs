using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>Takes the typed values out of a data set's text, and refuses what nothing has asked for.</summary>
internal sealed class SpecReader(
    string text, DatasetKind kind, string? path, IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> defaults)
{
    private readonly List<string> _asked = [];

    /// <summary>The whole text, the name of the data set.</summary>
    public string Text => text;

    /// <summary>Whether the text has a path.</summary>
    public bool HasPath => path is not null;

    /// <summary>The path.</summary>
    public string Path => path ?? throw Wrong("the path is missing");

    /// <summary>The value of a key as text, or null.</summary>
    public string? Get(string key)
    {
        if (!_asked.Contains(key)) _asked.Add(key);
        return options.GetValueOrDefault(key) ?? defaults.GetValueOrDefault(key);
    }

    /// <summary>An integer within limits.</summary>
    public int Integer(string key, int fallback, int minimum, int maximum) => Get(key) is not { } value
        ? fallback
        : int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= minimum && number <= maximum
            ? number
            : throw Wrong($"{key} is '{value}'; it is an integer in {minimum} to {maximum}");

    /// <summary>One of an enumeration's names, in lower case.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum => Get(key) is not { } value
            ? fallback
            : !int.TryParse(value, out _) && Enum.TryParse(value, ignoreCase: true, out T choice) && Enum.IsDefined(choice)
                ? choice
                : throw Wrong($"{key} is '{value}'; it is one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    /// <summary>A size, <c>96</c> or <c>128x96</c> (width x height), each side in 1 to 4096.</summary>
    public (int Width, int Height) Size(string key, int fallback)
    {
        if (Get(key) is not { } value) return (fallback, fallback);
        string[] sides = value.Split('x');
        if (sides.Length <= 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && int.TryParse(sides[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && width is >= 1 and <= 4096 && height is >= 1 and <= 4096)
        {
            return (width, height);
        }
        throw Wrong($"{key} is '{value}'; it is a side such as 96, or width x height such as 128x96, each in 1 to 4096");
    }

    /// <summary>Part of a whole: up to 1 a fraction, above 1 a number of images.</summary>
    public double? Share(string key) => Get(key) is not { } value
        ? null
        : double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share)
            && share > 0 && share <= int.MaxValue && (share <= 1 || share == Math.Floor(share))
            ? share
            : throw Wrong($"{key} is '{value}'; it is a fraction in 0 to 1 or a number of images above 1");

    /// <summary>To be called before anything is opened, after all keys were asked for.</summary>
    /// <exception cref="ArgumentException">The text has a key that nothing asked for.</exception>
    public void End()
    {
        foreach (string key in options.Keys)
        {
            if (!_asked.Contains(key)) throw Wrong($"unknown key '{key}'; the keys are {string.Join(", ", _asked)}");
        }
    }

    /// <summary>The fault as an exception that names the whole text and the kind's form.</summary>
    public ArgumentException Wrong(string fault) => new(OneLine.Of($"data '{text}': {fault}. Expected: {kind.Form}"));
}
