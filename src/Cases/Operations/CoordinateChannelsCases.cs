using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class CoordinateChannelsCases
{
    public static OperationCase CoordinateChannels { get; } =
        new OperationCase<CoordinateChannelsProblem>("CoordinateChannels", "y = [x ; column ; row], coordinates from -scale to scale")
        {
            Problems = ["mb1ic1ih1", "mb2ic3ih4iw5", "mb3ic2ih1iw7scale50", "mb2ic5ih6scale50", "mb1ic17ih33iw9"],
            TinyProblems = ["mb2ic3ih4iw5scale50"],
            BenchmarkProblems = ["mb128ic256ih6scale50"],
            Operands = p =>
            [
                In("x", Domain.Normal, p.Batch, p.Channels, p.Height, p.Width),
                Out("y", p.Batch, p.Channels + CoordinateChannelsProblem.Added, p.Height, p.Width),
            ],
            Reference = (p, v) => JaccardKernels.Reference.CoordinateChannels.Run(p, v[0], v[1]),
            Run = (backend, p, s) => backend.CoordinateChannels(p, s[0], s[1]),
            Gradient = new("y", ["x"], (p, v, dy, d) => Concatenate.Backward(p.Parts, dy, d[0], new double[p.Batch * p.AddedLength])),
        };
}
