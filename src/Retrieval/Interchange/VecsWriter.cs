using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>Writes the rows that <see cref="VecsReader"/> reads.</summary>
/// <typeparam name="T">The type of a component.</typeparam>
internal sealed class VecsWriter<T> : IDisposable
    where T : unmanaged
{
    private readonly AtomicFile _file;
    private readonly int[] _prefix;

    /// <param name="path">The file.</param>
    /// <param name="dimensions">Components of a row.</param>
    /// <param name="count">Rows there will be.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are to be too many or none: a file of none could not say how long a row is.</exception>
    public VecsWriter(string path, int dimensions, long count)
    {
        if (count is < 1 or > ICodeSource.LargestCount)
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}; the range is 1 to {ICodeSource.LargestCount}.");
        _prefix = [dimensions];
        _file = AtomicFile.Create(path);
    }

    /// <summary>Writes rows, the components <c>[rows, dimensions]</c>. The file's own buffer gathers short ones.</summary>
    public void Write(ReadOnlySpan<T> components)
    {
        for (; components.Length > 0; components = components[_prefix[0]..])
        {
            _file.Stream.Write(MemoryMarshal.AsBytes(_prefix.AsSpan()));
            _file.Stream.Write(MemoryMarshal.AsBytes(components[.._prefix[0]]));
        }
    }

    public void Commit() => _file.Commit();

    public void Dispose() => _file.Dispose();
}
