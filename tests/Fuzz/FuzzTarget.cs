using System.Text;

namespace JaccardKernels.Fuzz;

/// <summary>One reader, and what may become of an input: it is read, or refused by an exception of a documented type with a message of one line.</summary>
/// <param name="name">What <c>--target</c> calls it.</param>
/// <param name="run">Reads an input as a file or stream would be read.</param>
internal sealed class FuzzTarget(string name, Action<byte[]> run) : IDisposable
{
    /// <summary>What <c>--target</c> calls it.</summary>
    public string Name => name;

    /// <summary>Sound inputs, each of which must be read.</summary>
    public required IReadOnlyList<byte[]> Seeds { get; init; }

    /// <summary>Exceptions that refuse an input, besides <see cref="InvalidDataException"/>.</summary>
    public IReadOnlyList<Type> Refusals { get; init; } = [];

    /// <summary>What the message of an <see cref="InvalidDataException"/> starts with: the name of the file.</summary>
    public string MessageStart { get; init; } = "";

    /// <summary>What reading may allocate: a fixed part (buffers of streams, exceptions), and so much for each byte of the input.</summary>
    public (long Fixed, long PerByte) Allocation { get; init; } = (512 << 10, 64);

    /// <summary>What reading may take.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where an input is text, begin and end; null where nowhere.</summary>
    public Func<byte[], (int Start, int End)>? Text { get; init; }

    /// <summary>Words of the format, which replace others.</summary>
    public IReadOnlyList<byte[]> Words { get; init; } = [];

    /// <summary>A mutation that knows the format, or null.</summary>
    public Func<FuzzRandom, byte[], byte[]>? Structure { get; init; }

    /// <summary>Sets the lengths and checksums of a mutated input right, or null.</summary>
    public Func<byte[], byte[]>? Reseal { get; init; }

    /// <summary>What it works with, disposed with it.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>All of an input is text.</summary>
    public static Func<byte[], (int Start, int End)> AllText => bytes => (0, bytes.Length);

    /// <summary>Words as UTF-8, separated by blanks.</summary>
    public static IReadOnlyList<byte[]> WordsOf(string words) => [.. words.Split(' ').Select(Encoding.UTF8.GetBytes)];

    /// <summary>Texts as UTF-8.</summary>
    public static IReadOnlyList<byte[]> TextsOf(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads an input.</summary>
    public void Run(byte[] input) => run(input);

    /// <summary>Why an exception is no refusal; null where it is one.</summary>
    public string? WhyNotRefused(Exception exception)
    {
        bool ofData = exception is InvalidDataException;
        if (!ofData && !Refusals.Any(type => type.IsInstanceOfType(exception))) return $"unexpected {exception.GetType().Name}";
        if (exception.Message.AsSpan().ContainsAny('\n', '\r')) return "the message has several lines";
        return ofData && !exception.Message.StartsWith(MessageStart, StringComparison.Ordinal) ? $"the message does not start with '{MessageStart}'" : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in Owned) owned.Dispose();
    }
}
