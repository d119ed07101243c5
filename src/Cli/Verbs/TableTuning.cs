using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What --probes and --rerank say of an index of tables.</summary>
internal static class TableTuning
{
    /// <summary>Sets both.</summary>
    /// <param name="index">The index.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="probes">Lists to search; 0 means all.</param>
    /// <param name="rerank">Items of which exact distances decide; 0 means that codes decide.</param>
    /// <exception cref="ArgumentException">One is negative, or the index keeps no embeddings to decide by.</exception>
    public static void Tune(this TableIndex index, string path, int probes, int rerank)
    {
        index.Probes = Guard.AtLeast(probes, 0, "--probes");
        if (rerank > 0 && !index.KeepsEmbeddings)
            throw new ArgumentException($"{path}: keeps no embeddings; --rerank needs an index built with --keep-embeddings.");
        index.Rerank = Guard.AtLeast(rerank, 0, "--rerank");
    }
}
