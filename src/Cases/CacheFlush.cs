using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>Memory larger than a device's caches, overwritten before a sample so that operands come from memory.</summary>
internal sealed class CacheFlush : IDisposable
{
    // Of a device that does not tell: more than the last cache of the processors and GPUs of today that do not.
    private const long UnknownCache = 32 << 20;

    private readonly IBackend _backend;
    private readonly DeviceBuffer _memory;
    private readonly ElementwiseProblem _problem;
    private float _value;

    public CacheFlush(IBackend backend)
    {
        _backend = backend;
        _problem = new ElementwiseProblem((int)(BytesOn(backend) / sizeof(float)));
        _memory = backend.Allocate<float>(_problem.Length);
    }

    /// <summary>Bytes overwritten on a backend: twice its last cache.</summary>
    public static long BytesOn(IBackend backend) => 2 * (backend is IDeviceTimer { CacheBytes: > 0 } timer ? timer.CacheBytes : UnknownCache);

    /// <summary>Queues the overwriting.</summary>
    public void Queue() => _backend.Fill(_problem, _value++, _memory.As<float>());

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
