using JaccardKernels.Problems;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

/// <summary>What both poolings share: their problems and shapes.</summary>
internal static class PoolingShapes
{
    public static readonly string[] Problems =
    [
        "mb1ic1ih1kh1", "mb2ic3ih8kh2", "mb2ic3ih7iw10kh3sh2ph1", "mb1ic5ih13iw55kh3sh2", "mb3ic2ih9kh3sh1ph1", "mb1ic4ih6iw9kh2kw3sh3sw2pw1",
        "mb2ic17ih5kh5", "mb1ic2ih33iw35kh2", "mb1ic1ih2iw37kh1kw4sw3pw2", "mb2ic3ih7kh7", "mb3ic5ih56kh3sh2ph1", "mb1ic2ih11iw40kh2sh3",
    ];

    public static readonly string[] Tiny = ["mb2ic2ih5iw6kh3sh2ph1"];

    public static readonly string[] Benchmarks = ["mb8ic64ih112kh3sh2ph1", "mb8ic64ih56kh2", "mb8ic96ih55kh3sh2"];

    public static Operand X(PoolingProblem p) => In("x", Domain.Normal, p.Batch, p.Channels, p.Height, p.Width);

    public static Operand Dy(PoolingProblem p) => In("dy", Domain.Normal, p.Batch, p.Channels, p.OutputHeight, p.OutputWidth);

    public static Operand Y(PoolingProblem p) => Out("y", p.Batch, p.Channels, p.OutputHeight, p.OutputWidth);

    public static Operand Dx(PoolingProblem p) => Out("dx", p.Batch, p.Channels, p.Height, p.Width);
}
