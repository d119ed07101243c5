using JaccardKernels.Engine;
using JaccardKernels.Problems;
using JaccardKernels.Reference;
using static JaccardKernels.Cases.Operand;

namespace JaccardKernels.Cases.Operations;

internal static class ChannelsLastCases
{
    private static readonly string[] s_problems =
    [
        // Filters of one tap: vectors, their rests, one pixel, strides, what is added, a part of a wider tensor.
        "mb1ic1ih1oc1kh1", "mb2ic3ih7oc5kh1bias1", "mb1ic64ih14oc40kh1relu1", "mb2ic16ih8oc8kh1bias1relu1ceil6", "mb1ic48ih9iw13oc24kh1bias1add1",
        "mb3ic17ih5oc64kh1bias1relu1yc80add1", "mb1ic5ih20iw17oc32kh1sh2", "mb2ic9ih6oc33kh1yc40", "mb1ic112ih7oc1280kh1bias1relu1ceil6", "mb4ic20ih33oc48kh1bias1",
        "mb2ic4ih6oc8kh1th2", "mb1ic3ih9oc7kh1ph2bias1",
        // Dense filters.
        "mb2ic3ih7oc5kh3", "mb2ic3ih7oc5kh3ph1bias1", "mb1ic4ih9iw6oc7kh3ph1", "mb2ic16ih13oc64kh3ph1bias1relu1yc128", "mb1ic17ih16iw33oc19kh3ph1bias1relu1ceil2add1",
        "mb3ic40ih13oc33kh3ph1relu1", "mb2ic3ih9iw12oc4kh3kw2sh2sw3ph1pw0", "mb1ic2ih13oc3kh3ph2dh2", "mb1ic2ih9iw17oc3kh2kw3pw3dh3dw4", "mb1ic2ih3oc2kh3ph4",
        "mb2ic5ih9iw11oc6kh5ph2bias1", "mb1ic3ih32oc16kh3ph1th1tw2bias1", "mb2ic20ih30iw26oc37kh3ph2pw0", "mb1ic64ih13oc256kh3ph1bias1relu1",
        // Images in planes.
        "mb2ic3ih23oc16kh3sh2ph1bias1relu1ceil6planar1", "mb1ic3ih19iw23oc64kh3sh2bias1relu1planar1", "mb2ic3ih8oc5kh3sh2th1planar1", "mb1ic3ih31oc24kh7sh2ph3planar1",
        "mb2ic4ih9oc6kh1planar1", "mb1ic2ih9iw17oc3kh2kw3pw3dh3dw4planar1",
        // Channel by channel.
        "mb2g6ic6ih7oc6kh3ph1", "mb1g48ic48ih14oc48kh3ph1bias1relu1ceil6", "mb2g40ic40ih9iw12oc40kh3sh2ph1bias1relu1ceil6", "mb1g16ic16ih16oc16kh3sh2th1bias1",
        "mb2g17ic17ih5iw3oc17kh3ph1add1yc20", "mb1g2ic2ih2oc2kh3ph2", "mb1g33ic33ih40iw37oc33kh3sh3bias1",
    ];

    public static OperationCase Convolution { get; } =
        new OperationCase<ChannelsLastConvolutionProblem>(
            "ChannelsLastConvolution", "y = conv(x, w) + bias + added of channels that lie together, rectified with relu, up to ceil")
        {
            Problems = s_problems,
            TinyProblems = [],
            BenchmarkProblems =
            [
                "ic16ih55oc64kh3ph1bias1relu1yc128", "ic64ih13oc256kh3ph1bias1relu1yc512", "ic3ih224oc64kh3sh2bias1relu1planar1", "ic512ih13oc1000kh1bias1relu1",
                "ic8ih112oc48kh1bias1relu1ceil6", "g48ic48ih56oc48kh3ph1bias1relu1ceil6", "ic336ih7oc56kh1bias1add1", "mb8ic64ih55oc16kh1bias1relu1",
            ],
            IsOn = backend => backend is IChannelsLast,
            Operands = p =>
            [
                In("x", Domain.Normal, p.Convolution.LengthX), In("w", Domain.Normal, p.Convolution.LengthW), In("bias", Domain.Normal, p.Convolution.LengthBias),
                In("added", Domain.Normal, p.LengthAdded), p.OutputChannels > p.Convolution.Filters ? InOut("y", Domain.Normal, p.LengthY) : Out("y", p.LengthY),
            ],
            Reference = (p, v) => ChannelsLast.Convolution(p, v[0], v[1], v[2], v[3], v[4]),
            Run = (backend, p, s) => ((IChannelsLast)backend).ChannelsLastConvolution(p, s[0], s[1], s[2], s[3], s[4]),
            ExactOnIntegers = _ => true,
        };

    public static OperationCase MaxPooling { get; } =
        new OperationCase<PoolingProblem>("ChannelsLastMaxPooling", "y = maximum under each window, of channels that lie together")
        {
            Problems = PoolingShapes.Problems,
            TinyProblems = [],
            BenchmarkProblems = ["mb8ic64ih111kh3sh2"],
            IsOn = backend => backend is IChannelsLast,
            Operands = p => [In("x", Domain.Normal, p.Batch, p.Height, p.Width, p.Channels), Out("y", p.Batch, p.OutputHeight, p.OutputWidth, p.Channels)],
            Reference = (p, v) => ChannelsLast.MaxPooling(p, v[0], v[1]),
            Run = (backend, p, s) => ((IChannelsLast)backend).ChannelsLastMaxPooling(p, s[0], s[1]),
            ExactOnIntegers = _ => true,
        };

    public static OperationCase GlobalPooling { get; } =
        new OperationCase<GlobalPoolingProblem>("ChannelsLastGlobalPooling", "y = mean of x over positions, of channels that lie together")
        {
            Problems = ["mb1ic1sp1", "mb2ic3sp7", "mb3ic17sp49", "mb1ic5sp1025", "mb33ic2sp16", "mb2ic70sp3", "mb1ic1000sp169", "mb1ic2sp3136"],
            TinyProblems = [],
            BenchmarkProblems = ["mb8ic1280sp49"],
            IsOn = backend => backend is IChannelsLast,
            Operands = p => [In("x", Domain.Normal, p.Batch, p.Spatial, p.Channels), Out("y", p.Batch, p.Channels)],
            Reference = (p, v) => ChannelsLast.GlobalPooling(p, v[0], v[1]),
            Run = (backend, p, s) => ((IChannelsLast)backend).ChannelsLastGlobalPooling(p, s[0], s[1]),
        };
}
