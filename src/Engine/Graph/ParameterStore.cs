using System.Text;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>The values of a network's parameters on a backend and, once something trains, their gradients: one arena each, in the network's order.</summary>
public sealed class ParameterStore : IDisposable
{
    private readonly long[] _offsets;
    private readonly long _bytes;
    private readonly DeviceBuffer _values;
    private readonly bool[] _frozen;
    private DeviceBuffer? _gradients;

    /// <summary>Allocates and initialises. The same seed gives a parameter of the same name and shape the same values in any network.</summary>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    public ParameterStore(IBackend backend, Network network, int seed)
    {
        (Backend, Network) = (backend, network);
        _offsets = new long[network.Parameters.Count];
        _frozen = new bool[network.Parameters.Count];
        for (int i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = _bytes;
            long bytes = (long)network.Parameters[i].Length * sizeof(float);
            _bytes += (bytes + DeviceBuffer.Alignment - 1) / DeviceBuffer.Alignment * DeviceBuffer.Alignment;
            _frozen[i] = !network.Parameters[i].Learned;
        }
        _values = backend.Allocate(Math.Max(_bytes, DeviceBuffer.Alignment));
        for (int i = 0; i < Count; i++) Initialize(i, seed);
    }

    /// <summary>Where they live.</summary>
    public IBackend Backend { get; }

    /// <summary>What they belong to.</summary>
    public Network Network { get; }

    /// <summary>Parameters.</summary>
    public int Count => _offsets.Length;

    /// <summary>Moves whenever values may have changed: what was computed from values of another version is out of date.</summary>
    public long Version { get; private set; }

    /// <summary>The specification of a parameter.</summary>
    public ParameterSpec Spec(int index) => Network.Parameters[index];

    /// <summary>The values of a parameter. Who writes there by operations of the backend calls <see cref="MarkChanged"/>.</summary>
    public DeviceSpan<float> Value(int index) => _values.Slice<float>(_offsets[index], Spec(index).Length);

    /// <summary>The gradient of a parameter; empty where it does not train.</summary>
    public DeviceSpan<float> Gradient(int index) =>
        Trains(index) ? Gradients.Slice<float>(_offsets[index], Spec(index).Length) : default;

    /// <summary>The parameter is learned and not frozen.</summary>
    public bool Trains(int index) => !_frozen[index];

    /// <summary>Keeps parameters as they are in plans built from now on.</summary>
    public void Freeze(Func<ParameterSpec, bool> which)
    {
        for (int i = 0; i < Count; i++) _frozen[i] |= which(Spec(i));
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGradients()
    {
        DeviceSpan<float> all = Gradients.As<float>();
        Backend.Fill(new ElementwiseProblem(all.Length), 0f, all);
    }

    /// <summary>Memory laid out like the values, zero: an optimizer's state.</summary>
    public DeviceBuffer AllocateLike() => Backend.Allocate(Math.Max(_bytes, DeviceBuffer.Alignment));

    /// <summary>The part of such memory that belongs to a parameter.</summary>
    public DeviceSpan<float> Slice(DeviceBuffer like, int index) => like.Slice<float>(_offsets[index], Spec(index).Length);

    /// <summary>Copies the values of a parameter to the caller.</summary>
    public float[] Download(int index)
    {
        var values = new float[Spec(index).Length];
        Backend.Download(Value(index), values.AsSpan());
        return values;
    }

    /// <summary>Sets the values of a parameter.</summary>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public void Upload(int index, ReadOnlySpan<float> values)
    {
        Backend.Upload(values, Value(index));
        MarkChanged();
    }

    /// <summary>Tells that values have changed otherwise than by <see cref="Upload"/> or <see cref="CopyFrom"/>: plans for inference prepare again.</summary>
    public void MarkChanged() => Version++;

    /// <summary>Copies every parameter that the other network has under the same name and length.</summary>
    /// <returns>How many were copied.</returns>
    public int CopyFrom(ParameterStore other)
    {
        int copied = 0;
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < other.Count; j++)
            {
                if (other.Spec(j).Name != Spec(i).Name || !other.Spec(j).Shape.SequenceEqual(Spec(i).Shape)) continue;
                Upload(i, other.Download(j));
                copied++;
            }
        }
        return copied;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        _gradients?.Dispose();
    }

    private DeviceBuffer Gradients => _gradients ??= AllocateLike();

    private void Initialize(int index, int seed)
    {
        ParameterSpec spec = Spec(index);
        var values = new float[spec.Length];
        if (spec.Initialization == Initialization.Ones) Array.Fill(values, 1f);
        double deviation = spec.Initialization switch
        {
            Initialization.HeNormal => Math.Sqrt(2.0 / spec.FanIn),
            Initialization.LeCunNormal => Math.Sqrt(1.0 / spec.FanIn),
            Initialization.SmallNormal => 0.001,
            _ => 0,
        };
        if (deviation > 0)
        {
            ulong key = CounterRandom.Key(seed, 0);
            foreach (byte letter in Encoding.UTF8.GetBytes(spec.Name)) key = CounterRandom.Mix(key ^ letter);
            for (int i = 0; i < values.Length; i++) values[i] = (float)(deviation * Normal(key, i));
        }
        Upload(index, values);
    }

    // Box, Muller 1958; the half keeps the logarithm's argument above zero.
    private static double Normal(ulong key, int index)
    {
        double u = (CounterRandom.Bits(key, 2L * index) + 0.5) / 4294967296.0, v = CounterRandom.Bits(key, 2L * index + 1) / 4294967296.0;
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }
}
