namespace JaccardKernels.Retrieval;

/// <summary>What an evaluation measures, and by which conventions.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The cut of the ranking, R, at least 1; a smaller database is ranked whole.</summary>
    public int Top { get; init; } = 5000;

    /// <summary>What is relevant, for mAP, precision, recall and WAP; at least one.</summary>
    public IReadOnlyList<Relevance> Relevances { get; init; } = [Relevance.SharedLabel, Relevance.MultisetJaccardAboveHalf];

    /// <summary>What items are worth, for ACG, NDCG and WAP.</summary>
    public IReadOnlyList<Grading> Gradings { get; init; } = [Grading.SharedClasses, Grading.MultisetJaccard];

    /// <summary>The conventions; every measure is given by each. At least one.</summary>
    public IReadOnlyList<MeasureConventions> Conventions { get; init; } = [MeasureConventions.Field, MeasureConventions.Strict];

    /// <summary>Ranks k of precision@k, recall@k, ACG@k, NDCG@k; those beyond the cut or the database are left out.</summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [10, 100, 1000];

    /// <summary>The similarity of two images without labels, 0 to 1: 1 makes them relevant to each other under multiset Jaccard.</summary>
    public float EmptySimilarity { get; init; } = 1;

    /// <summary>Query i is item i of the database and is left out of its own ranking.</summary>
    public bool LeaveOneOut { get; init; }

    /// <summary>
    /// How the network (its epoch above all) was chosen: the fourth of the choices by which published numbers differ. For the report
    /// only.
    /// </summary>
    public string Selection { get; init; } = "not stated";

    /// <summary>Threads that score queries; 0 means one for each processor. Results do not depend on it.</summary>
    public int Threads { get; init; }
}
