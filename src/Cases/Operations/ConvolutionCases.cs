using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class ConvolutionCases
{
    // More zeros below and at the right: even and odd sizes, strides, groups, depthwise, pointwise, beside other padding, and outputs of zeros only.
    private static readonly string[] s_trailing =
    [
        "mb2ic3ih8oc5kh3sh2th1", "mb2ic3ih9iw12oc4kh3sh2th1bias1", "mb2g6ic6ih8iw10oc6kh3sh2th1", "mb1g2ic4ih7oc6kh3sh2th1tw0", "mb2ic5ih7iw9oc4kh3th1",
        "mb1ic3ih11iw13oc6kh3ph1th1tw2bias1", "mb2ic4ih6oc8kh1th2", "mb1ic2ih5oc3kh3ph1th7tw4", "mb1ic17ih16iw33oc19kh3ph1th0tw1", "mb1ic3ih10oc2kh5sh3ph1th2dh2",
    ];

    private static readonly string[] s_problems =
    [
        "mb1ic1ih1oc1kh1", "mb2ic3ih7oc5kh3", "mb2ic3ih7oc5kh3ph1bias1", "mb1ic4ih9iw6oc7kh3ph1", "mb3ic5ih5oc4kh1bias1",
        "mb2ic2ih11oc3kh5sh2ph2", "mb1ic3ih23iw19oc6kh11sh4ph2bias1", "mb2ic3ih9iw12oc4kh3kw2sh2sw3ph1pw0", "mb1ic2ih13oc3kh3ph2dh2",
        "mb1ic2ih9iw17oc3kh2kw3pw3dh3dw4", "mb2g2ic4ih8oc6kh3ph1bias1", "mb2g6ic6ih7oc6kh3ph1", "mb1g3ic3ih9iw7oc9kh3sh2ph1dh2bias1",
        "mb2ic16ih8oc17kh3ph1", "mb1ic17ih16iw33oc19kh3ph1bias1", "mb1ic64ih14oc40kh1", "mb4ic8ih6oc8kh3sh3", "mb1ic3ih32oc16kh3ph1",
        "mb1ic1ih1iw40oc2kh1kw7pw3", "mb1ic1ih40iw1oc2kh7kw1ph3pw0", "mb1ic2ih3oc2kh3ph4", "mb2ic20ih30iw26oc37kh3ph2pw0",
        "mb2ic5ih9iw11oc6kh5ph2bias1", "mb1ic17ih16iw13oc19kh5ph1pw4", "mb3ic9ih6oc33kh5ph2th1", "mb1ic3ih20iw17oc5kh1sh2", "mb2ic4ih9iw14oc6kh2sh3ph1",
        "mb2g5ic5ih7oc5kh3ph1", "mb1g3ic3ih40iw37oc6kh3sh2ph1bias1", "mb2g4ic4ih16oc4kh3sh2th1", "mb1g2ic2ih2oc2kh3ph2", "mb1g3ic3ih20iw56oc3kh3ph1pw0",
        "mb2ic2ih1iw8oc2kh1kw3ph0pw1", "mb3ic5ih1iw40oc9kh1kw3ph0pw1", "mb2ic2ih2oc2kh3sh2ph1", "mb2ic2ih3oc2kh3sh2ph1", "mb2ic2ih2oc3kh1sh2",
        "mb2ic2ih1iw8oc2kh1kw3sh1sw2ph0pw1", "mb1g2ic2ih8oc2kh3tw5", "mb1g2ic2ih2oc2kh3sh2th1",
        .. s_trailing,
    ];

    // Rectified: edges and whole tiles, sums of one and of several blocks (more than 256 terms), groups, a pointwise.
    private static readonly string[] s_rectified =
    [
        "mb1ic1ih1oc1kh1relu1", "mb2ic3ih7oc5kh3ph1bias1relu1", "mb2g2ic4ih8oc6kh3ph1bias1relu1", "mb3ic40ih13oc33kh3ph1relu1",
        "mb2ic64ih8oc40kh1bias1relu1", "mb1ic300ih9iw10oc70kh3ph1bias1relu1", "mb1ic12ih11oc20kh5ph2bias1relu1", "mb2g4ic4ih9oc8kh3ph1bias1relu1ceil2",
        // With ceilings that sums reach.
        "mb1ic1ih1oc1kh1relu1ceil0.5", "mb2ic3ih7oc5kh3ph1bias1relu1ceil4", "mb2g6ic6ih7oc6kh3sh2ph1relu1ceil2", "mb2g2ic4ih8oc6kh3ph1bias1relu1ceil6",
        "mb3ic40ih13oc33kh3ph1relu1ceil6", "mb2ic64ih8oc40kh1bias1relu1ceil6", "mb1ic300ih9iw10oc70kh3ph1bias1relu1ceil20", "mb2ic3ih8oc5kh3sh2th1relu1ceil6",
    ];

    private static readonly string[] s_tiny =
    [
        "mb2ic2ih5oc3kh3ph1bias1", "mb1g2ic4ih7iw5oc2kh3kw2sh2ph1dh2dw1", "mb2ic4ih4oc6kh1bias1", "mb1ic4ih5oc4kh3sh2ph1", "mb2g3ic3ih5oc6kh3ph1", "mb2ic2ih6oc3kh3sh2th1",
    ];

    // Layers of AlexNet, VGG-16 and ResNet, and one pointwise.
    private static readonly string[] s_benchmarks =
    [
        "mb8ic64ih56oc64kh3ph1", "mb8ic3ih224oc64kh11sh4ph2", "mb8ic64ih27oc192kh5ph2", "mb4ic64ih224oc64kh3ph1", "mb4ic256ih56oc256kh3ph1",
        "mb8ic128ih28oc128kh3ph1", "mb8ic256ih14oc256kh3ph1", "mb8ic512ih7oc512kh3ph1", "mb8ic256ih56oc64kh1",
    ];

    public static OperationCase Forward { get; } = new OperationCase<ConvolutionProblem>("ConvolutionForward", "y = conv(x, w) + bias, rectified with relu, up to ceil")
    {
        Problems = [.. s_problems, .. s_rectified],
        TinyProblems = [.. s_tiny, "mb2ic2ih4oc3kh3ph1bias1relu1", "mb2ic2ih4oc3kh3ph1bias1relu1ceil2"],
        BenchmarkProblems = s_benchmarks,
        Operands = p => [X(p), W(p), In("bias", Domain.Normal, p.LengthBias), Out("y", p.Batch, p.Filters, p.OutputHeight, p.OutputWidth)],
        Reference = (p, v) => Convolution.Forward(p, v[0], v[1], v[2], v[3]),
        Run = (backend, p, s) => backend.ConvolutionForward(p, s[0], s[1], s[2], s[3]),
        ExactOnIntegers = _ => true,
        Gradient = new("y", ["x", "w", "bias"], (p, v, dy, d) =>
        {
            if (p.Relu) Relu.Backward(new(p.LengthY, p.Ceiling), dy, v["y"], dy = new double[p.LengthY]);
            Convolution.BackwardData(p, dy, v["w"], d[0]);
            Convolution.BackwardWeights(p, v["x"], dy, d[1]);
            if (p.Bias) Convolution.BackwardBias(p, dy, d[2]);
        }),
    };

    public static OperationCase BackwardData { get; } = new OperationCase<ConvolutionProblem>("ConvolutionBackwardData", "dx = conv^T(dy, w)")
    {
        Problems = s_problems,
        TinyProblems = s_tiny,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [Dy(p), W(p), Out("dx", p.Batch, p.Channels, p.Height, p.Width)],
        Reference = (p, v) => Convolution.BackwardData(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.ConvolutionBackwardData(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
    };

    public static OperationCase BackwardWeights { get; } = new OperationCase<ConvolutionProblem>("ConvolutionBackwardWeights", "dw += corr(x, dy)")
    {
        // Few tiles of minimal filtering for many sums, in rows of tiles that are cut.
        Problems = [.. s_problems, "mb1ic200ih5oc60kh3ph1", "mb1ic40ih4iw257oc28kh3ph1", "mb2ic3ih9iw140oc2kh5ph2"],
        TinyProblems = s_tiny,
        BenchmarkProblems = s_benchmarks,
        Operands = p => [X(p), Dy(p), InOut("dw", Domain.Normal, p.Filters, p.GroupChannels, p.KernelH, p.KernelW)],
        Reference = (p, v) => Convolution.BackwardWeights(p, v[0], v[1], v[2]),
        Run = (backend, p, s) => backend.ConvolutionBackwardWeights(p, s[0], s[1], s[2]),
        ExactOnIntegers = _ => true,
    };

    public static OperationCase BackwardBias { get; } = new OperationCase<ConvolutionProblem>("ConvolutionBackwardBias", "db += sums of dy")
    {
        Problems = ["mb1ic1ih1oc1kh1bias1", "mb3ic1ih7oc5kh1bias1", "mb2ic1ih33iw31oc17kh3bias1", "mb1ic1ih113oc3kh1bias1", "mb37ic1ih3oc5kh1bias1"],
        TinyProblems = ["mb3ic1ih5oc3kh1bias1"],
        BenchmarkProblems = ["mb8ic64ih56oc64kh3ph1bias1"],
        Flops = p => p.LengthY,
        Operands = p => [Dy(p), InOut("db", Domain.Normal, p.Filters)],
        Reference = (p, v) => Convolution.BackwardBias(p, v[0], v[1]),
        Run = (backend, p, s) => backend.ConvolutionBackwardBias(p, s[0], s[1]),
        ExactOnIntegers = _ => true,
    };

    private static Operand X(ConvolutionProblem p) => In("x", Domain.Normal, p.Batch, p.Channels, p.Height, p.Width);

    private static Operand W(ConvolutionProblem p) => In("w", Domain.Normal, p.Filters, p.GroupChannels, p.KernelH, p.KernelW);

    private static Operand Dy(ConvolutionProblem p) => In("dy", Domain.Normal, p.Batch, p.Filters, p.OutputHeight, p.OutputWidth);
}
