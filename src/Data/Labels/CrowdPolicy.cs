namespace JaccardKernels.Data;

/// <summary>What a COCO annotation with <c>iscrowd</c> = 1, a region with an unstated number of objects, counts for.</summary>
public enum CrowdPolicy
{
    /// <summary>One object: its class is present, its count a lower bound.</summary>
    One,

    /// <summary>None: only objects that were annotated one by one count.</summary>
    Skip,
}
