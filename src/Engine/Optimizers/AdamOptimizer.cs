using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Adam; see <see cref="AdamProblem"/>.</summary>
/// <param name="parameters">What moves.</param>
/// <param name="groups">Rate and decay of each parameter.</param>
public sealed class AdamOptimizer(ParameterStore parameters, Func<ParameterSpec, ParameterGroup> groups)
    : Optimizer(parameters, groups, states: 2)
{
    /// <inheritdoc/>
    protected override void Step(int parameter, float rate, float decay)
    {
        DeviceSpan<float> values = Parameters.Value(parameter);
        Parameters.Backend.Adam(
            new AdamProblem(values.Length, rate, Steps, decay), Parameters.Gradient(parameter), State(0, parameter), State(1, parameter), values);
    }
}
