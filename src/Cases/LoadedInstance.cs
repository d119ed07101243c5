using JaccardKernels.Engine;

namespace JaccardKernels.Cases;

/// <summary>An instance whose operands are filled and lie in the memory of a backend: what is timed.</summary>
public sealed class LoadedInstance : IDisposable
{
    private const int Seed = 1;

    private readonly OperationInstance _instance;
    private readonly IBackend _backend;
    private readonly PackedOperands _operands;

    /// <summary>Allocates, fills and uploads the operands.</summary>
    /// <exception cref="InsufficientMemoryException">The device has less.</exception>
    public LoadedInstance(OperationInstance instance, IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(backend);
        (_instance, _backend, _operands) = (instance, backend, new PackedOperands(backend, instance.Operands));
        _operands.Write(instance.Fill(Seed, FillMode.Random));
        _operands.Upload();
    }

    /// <summary>Runs the operation <paramref name="repeats"/> times and waits for the device.</summary>
    public void Run(int repeats = 1)
    {
        for (int i = 0; i < repeats; i++) _instance.Run(_backend, _operands.Device);
        _backend.Synchronize();
    }

    /// <summary>Runs the operation once without waiting for the device.</summary>
    public void Queue() => _instance.Run(_backend, _operands.Device);

    /// <summary>Runs the operation once on operands as they were at first, and gives every operand that is written.</summary>
    internal IReadOnlyList<Array> RunAfresh()
    {
        Restore();
        Run();
        return [.. _instance.Written().Select(_operands.Fetch)];
    }

    /// <summary>Puts all operands in place again, as they were at first.</summary>
    internal void Restore() => _operands.Upload();

    /// <inheritdoc/>
    public void Dispose() => _operands.Dispose();
}
