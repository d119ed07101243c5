using System.Buffers;

namespace JaccardKernels.Data;

/// <summary>
/// DeepPCB: binary images of circuit boards 640 x 640 with an aligned defect-free template each, and boxes of six kinds of defects. A
/// board is decoded once and kept as bits, 51,200 bytes.
/// </summary>
internal sealed class PcbBoards : IDisposable
{
    /// <summary>Side of a board in pixels.</summary>
    public const int Side = 640;

    private const int RowBytes = Side / 8;

    private static readonly string[] s_boxColumns = ["image_id", "x1", "y1", "x2", "y2", "type"];

    private readonly IImageSource _tests;
    private readonly IImageSource _templates;
    private readonly byte[]?[] _testBits;
    private readonly byte[]?[] _templateBits;
    private readonly ObjectBox[][] _boxes;

    /// <summary>Opens a folder with test_*.zip, template_*.zip, labels_counts.csv and boxes.csv.</summary>
    /// <exception cref="FileNotFoundException">One of them is missing.</exception>
    /// <exception cref="InvalidDataException">A board has no image, or boxes and counts disagree.</exception>
    public PcbBoards(string folder)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: no such folder of DeepPCB data.");
        Labels = CsvCounts.Read(Path.Combine(folder, "labels_counts.csv"));
        _boxes = ReadBoxes(Path.Combine(folder, "boxes.csv"), Labels);
        _tests = ImageSource.Open(Archives.Find(folder, "test_*.zip"));
        _templates = ImageSource.Open(Archives.Find(folder, "template_*.zip"));
        _testBits = new byte[Labels.Count][];
        _templateBits = new byte[Labels.Count][];
        TestFiles = new LocatedImages(Labels, _tests, BadImages.Fatal, null);
        TemplateFiles = new LocatedImages(Labels, _templates, BadImages.Fatal, null);
    }

    /// <summary>Counts per board, and the split.</summary>
    public LabeledImageList Labels { get; }

    private LocatedImages TestFiles { get; }

    private LocatedImages TemplateFiles { get; }

    /// <summary>The defects of a board, in pixels.</summary>
    public ReadOnlySpan<ObjectBox> Boxes(int board) => _boxes[board];

    /// <summary>Draws a square of a board, resized.</summary>
    /// <param name="board">Index in <see cref="Labels"/>.</param>
    /// <param name="left">Left edge, 0 to 640 - side.</param>
    /// <param name="top">Upper edge, likewise.</param>
    /// <param name="side">Side of the square.</param>
    /// <param name="channels">1: the board. 3 without template: the board three times. 3 with template: board, template, and where they
    /// differ.</param>
    /// <param name="template">Whether the template is a channel.</param>
    /// <param name="resampler">From the square to the size wanted.</param>
    /// <param name="pixels">[height,width,channels], overwritten.</param>
    public void Draw(int board, int left, int top, int side, int channels, bool template, Resampler resampler, Span<byte> pixels)
    {
        byte[] expanded = ArrayPool<byte>.Shared.Rent(side * side * channels);
        Expand(board, left, top, side, channels, template, expanded);
        resampler.Resize(expanded.AsSpan(0, side * side * channels), side * channels, channels, pixels);
        ArrayPool<byte>.Shared.Return(expanded);
    }

    public void Dispose()
    {
        _tests.Dispose();
        _templates.Dispose();
    }

    // Bits to bytes 0 and 255, [side,side,channels].
    private void Expand(int board, int left, int top, int side, int channels, bool template, Span<byte> pixels)
    {
        byte[] tests = Bits(board, _testBits, TestFiles);
        byte[] templates = template ? Bits(board, _templateBits, TemplateFiles) : tests;
        int i = 0;
        for (int y = top; y < top + side; y++)
        {
            int row = y * RowBytes;
            for (int x = left; x < left + side; x++)
            {
                int shift = x & 7;
                // Minus a bit is 0 or all ones.
                byte test = (byte)-((tests[row + (x >> 3)] >> shift) & 1);
                pixels[i++] = test;
                if (channels == 1) continue;
                byte other = (byte)-((templates[row + (x >> 3)] >> shift) & 1);
                pixels[i++] = other;
                pixels[i++] = template ? (byte)(test ^ other) : test;
            }
        }
    }

    // Two threads that meet here decode the same board; either result will do.
    private static byte[] Bits(int board, byte[]?[] kept, LocatedImages files)
    {
        if (Volatile.Read(ref kept[board]) is { } known) return known;
        string file = files.File(board);
        RgbImage image = files.Source.Decode(file);
        if (image.Width != Side || image.Height != Side)
            throw new InvalidDataException(
                $"{files.Source.Path}: {file} has {image.Width} x {image.Height} pixels; a board has {Side} x {Side}.");
        byte[] bits = new byte[Side * RowBytes];
        ReadOnlySpan<byte> rgb = image.Pixels;
        for (int i = 0; i < Side * Side; i++) bits[i >> 3] |= (byte)((rgb[i * 3] >> 7) << (i & 7));
        Volatile.Write(ref kept[board], bits);
        return bits;
    }

    private static ObjectBox[][] ReadBoxes(string path, LabeledImageList labels)
    {
        var boards = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++) boards.Add(labels.Name(i), i);
        List<ObjectBox>[] boxes = [.. Enumerable.Range(0, labels.Count).Select(_ => new List<ObjectBox>())];
        var fields = new List<string>();
        bool header = true;
        foreach ((string where, string line) in LabelText.Lines(path))
        {
            CsvCounts.SplitFields(line, where, fields);
            if (header)
            {
                if (!fields.SequenceEqual(s_boxColumns))
                    throw new InvalidDataException($"{where}: the header is {line}; {string.Join(',', s_boxColumns)} is expected.");
                header = false;
                continue;
            }
            if (fields.Count != s_boxColumns.Length)
                throw new InvalidDataException($"{where}: {fields.Count} columns; the header has {s_boxColumns.Length}.");
            if (!boards.TryGetValue(fields[0], out int board))
                throw new InvalidDataException($"{where}: the board {fields[0]} is not in labels_counts.csv.");
            int kind = labels.ClassNames.ToList().IndexOf(fields[5]);
            if (kind < 0)
                throw new InvalidDataException($"{where}: the kind '{fields[5]}' is none of {string.Join(", ", labels.ClassNames)}.");
            var box = new ObjectBox(kind, Edge(1), Edge(2), Edge(3), Edge(4));
            if (box.Right < box.Left || box.Bottom < box.Top) throw new InvalidDataException($"{where}: the box ends before it begins.");
            boxes[board].Add(box);

            int Edge(int column) => int.TryParse(fields[column], out int value) && value is >= 0 and <= Side
                ? value
                : throw new InvalidDataException($"{where}: {s_boxColumns[column]} is '{fields[column]}'; the range is 0 to {Side}.");
        }
        for (int i = 0; i < labels.Count; i++)
        {
            int objects = 0;
            foreach (int count in labels.Counts(i)) objects += count;
            if (objects != boxes[i].Count)
                throw new InvalidDataException($"{path}: board {labels.Name(i)} has {boxes[i].Count} boxes but {objects} counted defects.");
        }
        return [.. boxes.Select(list => list.ToArray())];
    }
}
