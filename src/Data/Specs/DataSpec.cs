using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// The text form of data sets: <c>kind:path,key=value,...</c>, as in <c>scenes:size=64,train=8000</c> or
/// <c>csv:labels.csv,images=photos.zip</c>. A bare path is a folder or zip of pictures without labels. <see cref="Help"/> lists all
/// kinds. Paths must not contain a comma.
/// </summary>
public sealed class DataSpec
{
    private readonly DatasetKind _kind;
    private readonly Dictionary<string, string> _options;
    private readonly Dictionary<string, string> _defaults;

    private DataSpec(DatasetKind kind, string? path, Dictionary<string, string> options, Dictionary<string, string> defaults)
    {
        _kind = kind;
        Path = path;
        _options = options;
        _defaults = defaults;
    }

    /// <summary>All kinds with their options, a line each.</summary>
    public static string Help => string.Join('\n', DatasetKind.All.Select(kind => kind.Form));

    /// <summary>The kind of data set.</summary>
    public string Kind => _kind.Name;

    /// <summary>The path, where the kind has one and it is given.</summary>
    public string? Path { get; }

    /// <summary>Reads the text form. Nothing is opened.</summary>
    /// <exception cref="ArgumentException">The text is not of the form; unknown keys are found when the set is opened.</exception>
    public static DataSpec Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        int end = text.IndexOfAny([':', ',']);
        string first = end < 0 ? text : text[..end];
        DatasetKind? kind = DatasetKind.All.FirstOrDefault(k => k.Name == first);
        string rest = end < 0 ? "" : text[(end + 1)..];
        if (kind is null)
        {
            kind = DatasetKind.Folder;
            rest = text;
            string place = text.Split(',')[0];
            if (!Directory.Exists(place) && !File.Exists(place))
                throw Wrong($"'{first}' is neither a folder, nor a zip archive, nor one of the kinds {DatasetKind.Names}.");
        }
        string? path = null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] parts = rest.Length == 0 ? [] : rest.Split(',');
        for (int i = 0; i < parts.Length; i++)
        {
            int equals = parts[i].IndexOf('=');
            if (equals == 0 || (equals > 0 && parts[i].AsSpan(0, equals).ContainsAnyExceptInRange('a', 'z'))) equals = -1;
            string value = parts[i][(equals + 1)..].Trim();
            if (value.Length == 0) throw Wrong($"'{parts[i]}' has no value.");
            if (equals > 0)
            {
                if (!options.TryAdd(parts[i][..equals], value))
                    throw Wrong($"'{parts[i][..equals]}' is given twice.");
            }
            else if (i == 0 && kind.HasPath)
            {
                path = value;
            }
            else
            {
                throw Wrong($"'{parts[i]}' is not of the form key=value. Expected: {kind.Form}");
            }
        }
        return new DataSpec(kind, path, options, []);

        ArgumentException Wrong(string fault) => new(OneLine.Of($"data '{text}': {fault}"), nameof(text));
    }

    /// <summary>A copy that takes a value for a key where the text gives none; kinds that do not know the key ignore it.</summary>
    public DataSpec WithDefault(string key, string value) =>
        new(_kind, Path, _options, new Dictionary<string, string>(_defaults, StringComparer.Ordinal) { [key] = value });

    /// <summary>A copy that by default delivers images for a network's input.</summary>
    public DataSpec WithInput(ImageInput input)
    {
        DataSpec sized = WithDefault("size", string.Create(CultureInfo.InvariantCulture, $"{input.Width}x{input.Height}"))
            .WithDefault("channels", input.Channels.ToString(CultureInfo.InvariantCulture))
            .WithDefault("norm", input.Normalization.Name)
            .WithDefault("fit", input.Fit.ToString().ToLowerInvariant());
        return input.HasFrame
            ? sized.WithDefault("resize", string.Create(CultureInfo.InvariantCulture, $"{input.FrameWidth}x{input.FrameHeight}"))
            : sized;
    }

    /// <summary>Opens the data set.</summary>
    /// <param name="skipped">Is told one line for each image that <c>bad=skip</c> leaves out.</param>
    /// <exception cref="ArgumentException">A key is unknown or its value cannot be; the message lists the keys.</exception>
    /// <exception cref="IOException">A file or folder is not there.</exception>
    /// <exception cref="InvalidDataException">The content of a file cannot be used, a split is empty, or there is one class
    /// only.</exception>
    public Dataset Open(Action<string>? skipped = null)
    {
        if (_kind.HasPath && Path is null && !_kind.PathIsOptional)
            throw new ArgumentException(OneLine.Of($"data '{this}': the path is missing. Expected: {_kind.Form}"));
        return _kind.Open(new SpecReader(ToString(), _kind, Path, _options, _defaults), skipped);
    }

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        IEnumerable<string> parts = _options.Select(option => $"{option.Key}={option.Value}");
        if (Path is not null) parts = parts.Prepend(Path);
        string rest = string.Join(',', parts);
        return rest.Length == 0 ? Kind : $"{Kind}:{rest}";
    }
}
