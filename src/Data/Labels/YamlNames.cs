using System.Globalization;

namespace JaccardKernels.Data;

/// <summary>
/// The key <c>names</c> of a YOLO data file, in the three spellings that exporters write: <c>names: [a, b]</c> (also over several lines),
/// a list of <c>- a</c>, or a map <c>0: a</c>. Other keys are ignored; this is no YAML parser.
/// </summary>
internal static class YamlNames
{
    /// <summary>The names, or null if the file has no such key.</summary>
    /// <exception cref="InvalidDataException">The key has none of the three spellings.</exception>
    public static string[]? Read(string path)
    {
        var names = new List<string>();
        bool found = false, inBrackets = false;
        foreach ((string where, string raw) in LabelText.Lines(path))
        {
            string line = StripComment(raw);
            if (line.Trim().Length == 0) continue;
            if (!found)
            {
                if (!line.StartsWith("names:", StringComparison.Ordinal)) continue;
                found = true;
                string rest = line["names:".Length..].Trim();
                if (rest.Length == 0) continue;
                if (rest[0] != '[') throw new InvalidDataException($"{where}: names: is followed by '{rest}'; a list is expected.");
                inBrackets = AddBracketed(rest[1..], names);
                if (!inBrackets) break;
            }
            else if (inBrackets)
            {
                inBrackets = AddBracketed(line, names);
                if (!inBrackets) break;
            }
            else
            {
                string item = line.Trim();
                if (item.StartsWith('-')) names.Add(Unquote(item[1..]));
                else if (char.IsWhiteSpace(line[0])) AddMapped(item, where, names);
                else break; // the next key
            }
        }
        if (inBrackets) throw new InvalidDataException($"{path}: the list of names has no end.");
        return found ? [.. names] : null;
    }

    // Whether the list goes on behind this line.
    private static bool AddBracketed(string text, List<string> names)
    {
        int end = text.IndexOf(']');
        foreach (string item in (end < 0 ? text : text[..end]).Split(','))
        {
            if (item.Trim().Length > 0) names.Add(Unquote(item));
        }
        return end < 0;
    }

    private static void AddMapped(string item, string where, List<string> names)
    {
        int colon = item.IndexOf(':');
        if (colon < 0 || !int.TryParse(item.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            || index != names.Count)
            throw new InvalidDataException($"{where}: '{item}' is not the name of class {names.Count}.");
        names.Add(Unquote(item[(colon + 1)..]));
    }

    private static string Unquote(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
    }

    private static string StripComment(string line)
    {
        int hash = line.IndexOf('#');
        return hash < 0 ? line : line[..hash];
    }
}
