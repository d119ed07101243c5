using System.Runtime.CompilerServices;
using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// The seam over the kernels of the host: SIMD over native memory, on a team of threads of its own. Every call has finished when it returns.
/// </summary>
public sealed partial class HostBackend : IBackend
{
    private readonly ThreadTeam _team;
    private readonly StrongBox<long> _allocated = new();
    private readonly Host.Convolution _convolution;
    private readonly Host.LookupTopK _lookupTopK;
    private readonly Host.ChannelsLastConvolution _channelsLast;

    /// <summary>Starts a backend.</summary>
    /// <param name="threads">Threads in all, the caller's included; 0 means one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or above 1024.</exception>
    public HostBackend(int threads = 0)
    {
        _team = new ThreadTeam(threads);
        _convolution = new Host.Convolution(_team);
        _channelsLast = new Host.ChannelsLastConvolution(_team);
        _lookupTopK = new Host.LookupTopK(_team);
        Ladders = [.. _convolution.Ladders, _channelsLast.Ladder, _lookupTopK.Ladder];
        Info = HostInfo.Describe(_team.Threads);
    }

    /// <inheritdoc/>
    public BackendInfo Info { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KernelLadder> Ladders { get; }

    /// <inheritdoc/>
    public ProductMath ProductMath
    {
        get => _convolution.ProductMath;
        set => _convolution.ProductMath = _channelsLast.ProductMath = value <= ProductMath.Fp32
            ? value
            : throw new NotSupportedException($"{Info.Name} does not round factors; {value} was asked for.");
    }

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        // Asked first: the system would promise more than it has, and kill the process when the pages are touched.
        if (bytes > Info.MemoryBytes - _allocated.Value) throw Insufficient(bytes, null);
        try
        {
            return new HostBuffer(bytes, _allocated);
        }
        catch (OutOfMemoryException e)
        {
            throw Insufficient(bytes, e);
        }
    }

    /// <inheritdoc/>
    public void Upload<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged
    {
        Guard.Length(source.Length, destination.Length);
        source.CopyTo(Span(destination));
    }

    /// <inheritdoc/>
    public void Download<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        Guard.Length(destination.Length, source.Length);
        Span(source).CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
    }

    /// <summary>Stops the threads. Buffers stay readable and are their owners' to dispose.</summary>
    public void Dispose() => _team.Dispose();

    /// <summary>The memory of a slice; empty for the empty slice.</summary>
    /// <exception cref="ArgumentException">The slice is another backend's.</exception>
    /// <exception cref="ObjectDisposedException">Its buffer was disposed.</exception>
    internal static Span<T> Span<T>(DeviceSpan<T> slice)
        where T : unmanaged => slice.Buffer switch
        {
            HostBuffer buffer => buffer.Span<T>(slice.ByteOffset, slice.Length),
            null => default,
            _ => throw new ArgumentException($"the operand is memory of another backend ({slice.Buffer.GetType().Name}).", nameof(slice)),
        };

    private InsufficientMemoryException Insufficient(long bytes, Exception? inner) =>
        new($"{bytes} bytes are needed; the host has {Info.MemoryBytes}, of which {_allocated.Value} are in use here.", inner);
}
