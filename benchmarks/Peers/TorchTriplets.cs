using JaccardKernels.Problems;
using TorchSharp;
using static TorchSharp.torch;

namespace JaccardKernels.Peers;

/// <summary>Loss and gradient over all triplets of a batch as PyTorch's users write them: distances, hinges by broadcasting, autograd.</summary>
internal static class TorchTriplets
{
    /// <summary>Readies it.</summary>
    public static PreparedWork Prepare(BatchAllTripletProblem p, PeerData data)
    {
        Tensor embeddings = tensor(data.Floats(p.LengthEmbeddings)).reshape(p.Batch, p.Dimensions).requires_grad_();
        Tensor similarity = tensor(data.Similarity(p.Batch)).reshape(p.Batch, p.Batch), others = eye(p.Batch, dtype: ScalarType.Bool).logical_not();
        float last = 0;
        return new PreparedWork(
            () =>
            {
                using DisposeScope scope = NewDisposeScope();
                embeddings.grad = null;
                Tensor loss = Loss(p, embeddings, similarity, others);
                loss.backward();
                last = loss.item<float>();
            },
            () => [[last], embeddings.grad!.data<float>().ToArray()], embeddings, similarity, others);
    }

    // Tensors of triplets are [anchor, positive, negative].
    private static Tensor Loss(BatchAllTripletProblem p, Tensor embeddings, Tensor similarity, Tensor others)
    {
        Tensor norms = embeddings.square().sum(1);
        Tensor distances = norms.unsqueeze(1) + norms.unsqueeze(0) - 2 * matmul(embeddings, embeddings.t());
        Tensor differences = similarity.unsqueeze(2) - similarity.unsqueeze(1);
        Tensor triplets = differences.greater(p.Delta) & others.unsqueeze(2) & others.unsqueeze(1);
        Tensor hinges = nn.functional.relu(distances.unsqueeze(2) - distances.unsqueeze(1) + p.Margin * differences) * triplets;
        return hinges.sum() / hinges.greater(0).sum().clamp_min(1);
    }
}
