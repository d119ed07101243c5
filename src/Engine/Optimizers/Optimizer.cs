namespace JaccardKernels.Engine;

/// <summary>How fast a parameter learns relative to the rest, and how much it decays.</summary>
/// <param name="RateFactor">Multiplies the learning rate.</param>
/// <param name="Decay">Weight decay, added to the gradient times the weight.</param>
public readonly record struct ParameterGroup(float RateFactor, float Decay);

/// <summary>Moves the parameters that train along their gradients. Its state is laid out like the parameters.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly ParameterGroup[] _groups;
    private readonly DeviceBuffer[] _state;

    /// <summary>Allocates the state.</summary>
    /// <param name="parameters">What moves.</param>
    /// <param name="groups">Rate and decay of each parameter.</param>
    /// <param name="states">Tensors of state a parameter needs.</param>
    protected Optimizer(ParameterStore parameters, Func<ParameterSpec, ParameterGroup> groups, int states)
    {
        Parameters = parameters;
        _groups = [.. parameters.Network.Parameters.Select(groups)];
        _state = [.. Enumerable.Range(0, states).Select(_ => parameters.AllocateLike())];
    }

    /// <summary>What moves.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>Tensors of state of each parameter.</summary>
    public int States => _state.Length;

    /// <summary>Steps done.</summary>
    public int Steps { get; set; }

    /// <summary>A tensor of a parameter's state, for checkpoints.</summary>
    public DeviceSpan<float> State(int state, int parameter) => Parameters.Slice(_state[state], parameter);

    /// <summary>One step with the gradients as they are.</summary>
    /// <param name="rate">Learning rate before the factors of the groups.</param>
    public void Step(float rate)
    {
        Steps++;
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (Parameters.Trains(i)) Step(i, rate * _groups[i].RateFactor, _groups[i].Decay);
        }
        Parameters.MarkChanged();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DeviceBuffer state in _state) state.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves one parameter.</summary>
    protected abstract void Step(int parameter, float rate, float decay);
}
