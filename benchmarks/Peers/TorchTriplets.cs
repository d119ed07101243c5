using JaccardKernels.Problems;
using TorchSharp;
using static TorchSharp.torch;

namespace JaccardKernels.Peers;

/// <summary>Loss and gradient over all triplets of a batch as PyTorch's users write them: distances, hinges by broadcasting, autograd.</summary>
internal static class TorchTriplets
{
    // Triplets at a time: in one piece, 512 rows make tensors of half a gigabyte each, and most of the time is the system's, for fresh pages.
    private const int BlockTriplets = 1 << 21;

    /// <summary>Readies it.</summary>
    public static PreparedWork Prepare(BatchAllTripletProblem p, PeerData data)
    {
        Tensor embeddings = tensor(data.Floats(p.LengthEmbeddings)).reshape(p.Batch, p.Dimensions).requires_grad_();
        Tensor similarity = tensor(data.Similarity(p.Batch)).reshape(p.Batch, p.Batch), others = eye(p.Batch, dtype: ScalarType.Bool).logical_not();
        int anchors = Math.Clamp(BlockTriplets / (p.Batch * p.Batch), 1, p.Batch);
        float loss = 0;
        return new PreparedWork(
            () =>
            {
                embeddings.grad = null;
                (float hinges, long active) = (0, 0);
                for (int anchor = 0; anchor < p.Batch; anchor += anchors)
                {
                    using DisposeScope scope = NewDisposeScope();
                    Tensor block = Hinges(p, embeddings, similarity, others, anchor, Math.Min(anchor + anchors, p.Batch)), sum = block.sum();
                    sum.backward();
                    hinges += sum.item<float>();
                    active += block.greater(0).sum().item<long>();
                }
                loss = hinges / Math.Max(active, 1);
                using Tensor gradient = embeddings.grad!;
                gradient.div_(Math.Max(active, 1));
            },
            () => [[loss], embeddings.grad!.data<float>().ToArray()], embeddings, similarity, others);
    }

    // [anchor, positive, negative] for some anchors.
    private static Tensor Hinges(BatchAllTripletProblem p, Tensor embeddings, Tensor similarity, Tensor others, int from, int to)
    {
        Tensor anchors = embeddings.slice(0, from, to, 1), rows = similarity.slice(0, from, to, 1), distinct = others.slice(0, from, to, 1);
        Tensor distances = anchors.square().sum(1).unsqueeze(1) + embeddings.square().sum(1).unsqueeze(0) - 2 * matmul(anchors, embeddings.t());
        Tensor differences = rows.unsqueeze(2) - rows.unsqueeze(1);
        Tensor triplets = differences.greater(p.Delta) & distinct.unsqueeze(2) & distinct.unsqueeze(1);
        return nn.functional.relu(distances.unsqueeze(2) - distances.unsqueeze(1) + p.Margin * differences) * triplets;
    }
}
