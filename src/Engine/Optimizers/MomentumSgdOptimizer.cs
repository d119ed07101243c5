using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Stochastic gradient descent with momentum; see <see cref="MomentumSgdProblem"/>.</summary>
/// <param name="parameters">What moves.</param>
/// <param name="groups">Rate and decay of each parameter.</param>
/// <param name="momentum">The share of the old velocity kept.</param>
public sealed class MomentumSgdOptimizer(ParameterStore parameters, Func<ParameterSpec, ParameterGroup> groups, float momentum = 0.9f)
    : Optimizer(parameters, groups, states: 1)
{
    /// <inheritdoc/>
    protected override void Step(int parameter, float rate, float decay)
    {
        DeviceSpan<float> values = Parameters.Value(parameter);
        Parameters.Backend.MomentumSgd(
            new MomentumSgdProblem(values.Length, rate, momentum, decay), Parameters.Gradient(parameter), State(0, parameter), values);
    }
}
