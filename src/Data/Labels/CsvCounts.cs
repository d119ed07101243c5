using System.Text;

namespace JaccardKernels.Data;

/// <summary>
/// A CSV manifest of counts. The header names the columns: first the image (called anything), optionally <c>split</c>, and every other
/// column is a class: <c>image,split,person,bicycle</c>. Fields may be quoted as in RFC 4180, without line breaks inside.
/// </summary>
public static class CsvCounts
{
    /// <summary>Reads a manifest (.csv, or .csv.gz).</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line breaks the format; the message names file and line.</exception>
    public static LabeledImageList Read(string path)
    {
        LabeledImageListBuilder? builder = null;
        string[] classNames = [];
        int splitColumn = -1, columns = 0;
        int[] counts = [];
        var fields = new List<string>();
        foreach ((string where, string line) in LabelText.Lines(path))
        {
            SplitFields(line, where, fields);
            if (builder is null)
            {
                columns = fields.Count;
                splitColumn = fields.FindIndex(1, name => name.Equals("split", StringComparison.OrdinalIgnoreCase));
                classNames = [.. fields.Where((_, column) => column > 0 && column != splitColumn)];
                if (classNames.Length == 0)
                    throw new InvalidDataException(
                        $"{where}: the header names no class; it has the form image,class,class,... with an optional column split.");
                builder = new LabeledImageListBuilder(path, classNames);
                counts = new int[classNames.Length];
                continue;
            }
            if (fields.Count != columns) throw new InvalidDataException($"{where}: {fields.Count} columns; the header has {columns}.");
            for (int column = 1, c = 0; column < columns; column++)
            {
                if (column == splitColumn) continue;
                counts[c] = LabeledImageListBuilder.ParseCount(fields[column], where, classNames[c]);
                c++;
            }
            builder.Add(where, fields[0], splitColumn < 0 ? "" : fields[splitColumn], counts);
        }
        return (builder ?? throw new InvalidDataException($"{path}: the file is empty; a header image,class,class,... is expected.")).Build();
    }

    /// <summary>The fields of one line, trimmed.</summary>
    internal static void SplitFields(string line, string where, List<string> fields)
    {
        fields.Clear();
        int i = 0;
        while (true)
        {
            while (i < line.Length && line[i] == ' ') i++;
            if (i < line.Length && line[i] == '"')
            {
                i = QuotedField(line, i + 1, where, fields);
            }
            else
            {
                int end = line.IndexOf(',', i);
                if (end < 0) end = line.Length;
                fields.Add(line[i..end].Trim());
                i = end;
            }
            if (i == line.Length) return;
            i++; // the comma
        }
    }

    // From behind the opening quote to the comma or end behind the closing one.
    private static int QuotedField(string line, int i, string where, List<string> fields)
    {
        var text = new StringBuilder();
        while (true)
        {
            if (i == line.Length) throw new InvalidDataException($"{where}: a quoted field has no end.");
            if (line[i] != '"')
            {
                text.Append(line[i++]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '"')
            {
                text.Append('"');
                i += 2;
            }
            else
            {
                break;
            }
        }
        i++;
        while (i < line.Length && line[i] == ' ') i++;
        if (i < line.Length && line[i] != ',')
            throw new InvalidDataException($"{where}: '{line[i]}' follows a quoted field; a comma is expected.");
        fields.Add(text.ToString());
        return i;
    }
}
