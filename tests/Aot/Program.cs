// Every operation case on the host, and a model from file to embedding to search, as a native program: what the rooms that promise to be
// AOT-safe promise. Prints "N passed, N failed".
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

int passed = 0, failed = 0;
using var backend = new HostBackend(2);
using var peer = new HostBackend(1);
Console.WriteLine($"{backend.Info.Name}, {backend.Info.Detail}, {(System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported ? "JIT" : "native")}");
foreach (OperationCase operation in CaseCatalog.All)
{
    foreach (string problem in operation.Problems)
    {
        CaseResult result = CaseRunner.Check(operation.Parse(problem), backend, peer);
        Count(result.Passed, result.ToString());
    }
}

string folder = Directory.CreateTempSubdirectory("jk-aot").FullName;
try
{
    string path = Path.Combine(folder, "model.safetensors");
    var description = new ModelDescription
    {
        Channels = 3, Height = 16, Width = 16, ClassNames = ["a", "b"], Similarity = SimilarityKind.MultisetJaccard, TrainedOn = "nothing",
        Network = new EmbeddingNetworkOptions { Channels = [4, 8], Grid = 2, Hidden = 16, Dimensions = 64 },
    };
    using (var made = new EmbeddingModel(backend, description, seed: 1)) made.Save(path);
    using EmbeddingModel model = EmbeddingModel.Load(backend, path);
    Count(model.Description.Network.Channels.SequenceEqual(description.Network.Channels), "the model's description does not survive its file");

    var embeddings = new float[100 * model.Dimensions];
    for (int i = 0; i < embeddings.Length; i++) embeddings[i] = 2 * CounterRandom.Uniform(7, i) - 1;
    PackedCodes codes = PackedCodes.FromEmbeddings(backend, embeddings, model.Dimensions);
    string index = Path.Combine(folder, "i.jkx");
    using (var made = HammingIndex.Create(new IndexContent(codes.Bits)))
    {
        made.Add([.. Enumerable.Range(0, 100).Select(i => (long)i)], codes.Data);
        made.Save(index, IndexStructure.MultiIndexHashing);
    }
    using HammingIndex opened = HammingIndex.Open(index);
    var ids = new long[100];
    var distances = new int[100];
    opened.Search(codes.Data, 1, distances, ids);
    Count(Enumerable.Range(0, 100).All(i => ids[i] == i && distances[i] == 0), "a code does not find itself");

    Quantizer quantizer = new QuantizerSpec(QuantizerKind.Product, 64).Train(backend, embeddings, model.Dimensions);
    using (var made = TableIndex.Create(new TableContent(quantizer.ToBytes()) { KeepsEmbeddings = true }))
    {
        made.Encoder = x => quantizer.Encode(backend, x);
        made.Add([.. Enumerable.Range(0, 100).Select(i => (long)i)], embeddings);
        made.Save(index, lists: 3);
    }
    using TableIndex tables = TableIndex.Open(index);
    tables.Rerank = 100;
    var away = new float[100];
    tables.Search(embeddings, 1, away, ids);
    Count(Enumerable.Range(0, 100).All(i => ids[i] == i && away[i] == 0), "an embedding does not find itself");
}
finally
{
    Directory.Delete(folder, recursive: true);
}
Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

void Count(bool ok, string complaint)
{
    if (ok)
    {
        passed++;
        return;
    }
    failed++;
    Console.WriteLine(complaint);
}
