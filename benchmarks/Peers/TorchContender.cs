using JaccardKernels.Problems;
using TorchSharp;
using static TorchSharp.torch;

namespace JaccardKernels.Peers;

/// <summary>LibTorch by TorchSharp.</summary>
internal sealed class TorchContender : IContender
{
    public string Name => $"libtorch {torch.__version__}";

    public PreparedWork? Prepare(PeerWork work, int threads)
    {
        torch.set_num_threads(threads);
        var data = new PeerData();
        switch (work.Operation)
        {
            case "Gemm":
                var gemm = GemmProblem.Parse(work.Problem);
                return Inference(
                    [tensor(data.Floats(gemm.LengthA)).reshape(gemm.M, gemm.K), tensor(data.Floats(gemm.LengthB)).reshape(gemm.K, gemm.N)],
                    s => matmul(s[0], s[1]));
            case "ConvolutionForward":
                var forward = ConvolutionProblem.Parse(work.Problem);
                return Inference([X(forward, data), W(forward, data)], s => Convolve(forward, s[0], s[1]));
            case PeerWork.Training:
                return Training(ConvolutionProblem.Parse(work.Problem), data);
            case "SetSimilarity":
                // One product of bits gives all sizes of intersections.
                var sets = SimilarityProblem.Parse(work.Problem);
                return Inference([Labels(sets, data).greater(0).to(ScalarType.Float32)], s =>
                {
                    Tensor sizes = s[0].sum(1), shared = matmul(s[0], s[0].t()), all = sizes.unsqueeze(1) + sizes.unsqueeze(0) - shared;
                    return where(all.greater(0), shared / all, zeros_like(all));
                });
            case "CountSimilarity":
                var counts = SimilarityProblem.Parse(work.Problem);
                return Inference([Labels(counts, data)], s =>
                {
                    Tensor a = s[0].unsqueeze(1), b = s[0].unsqueeze(0), all = maximum(a, b).sum(2);
                    return where(all.greater(0), minimum(a, b).sum(2) / all, zeros_like(all));
                });
            case "BatchAllTripletLoss":
                return TorchTriplets.Prepare(BatchAllTripletProblem.Parse(work.Problem), data);
            case PeerWork.NetworkInference:
                return TorchNetwork.Inference(work);
            case PeerWork.NetworkStep:
                return TorchNetwork.Step(work);
            default:
                return null;
        }
    }

    private static Tensor X(ConvolutionProblem p, PeerData data) => tensor(data.Floats(p.LengthX)).reshape(p.Batch, p.Channels, p.Height, p.Width);

    private static Tensor W(ConvolutionProblem p, PeerData data) =>
        tensor(data.Floats(p.LengthW)).reshape(p.Filters, p.GroupChannels, p.KernelH, p.KernelW);

    private static Tensor Labels(SimilarityProblem p, PeerData data) =>
        tensor(data.Counts(p.M * p.Classes)).reshape(p.M, p.Classes).to(ScalarType.Float32);

    private static Tensor Convolve(ConvolutionProblem p, Tensor x, Tensor w) => nn.functional.conv2d(
        x, w, strides: [p.StrideH, p.StrideW], padding: [p.PadH, p.PadW], dilation: [p.DilationH, p.DilationW], groups: p.Groups);

    private static PreparedWork Inference(Tensor[] operands, Func<Tensor[], Tensor> compute)
    {
        Tensor? last = null;
        return new PreparedWork(
            () =>
            {
                using IDisposable mode = no_grad();
                using DisposeScope scope = NewDisposeScope();
                last?.Dispose();
                last = compute(operands).MoveToOuterDisposeScope();
            },
            () => [last!.data<float>().ToArray()], operands);
    }

    private static PreparedWork Training(ConvolutionProblem p, PeerData data)
    {
        Tensor x = X(p, data).requires_grad_(), w = W(p, data).requires_grad_();
        Tensor dy = tensor(data.Floats(p.LengthY)).reshape(p.Batch, p.Filters, p.OutputHeight, p.OutputWidth);
        Tensor? last = null;
        return new PreparedWork(
            () =>
            {
                using DisposeScope scope = NewDisposeScope();
                x.grad = null;
                w.grad = null;
                last?.Dispose();
                Tensor y = Convolve(p, x, w);
                y.backward([dy]);
                last = y.detach().MoveToOuterDisposeScope();
            },
            () => [last!.data<float>().ToArray(), x.grad!.data<float>().ToArray(), w.grad!.data<float>().ToArray()], x, w, dy);
    }
}
