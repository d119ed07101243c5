namespace JaccardKernels.Data;

/// <summary>What to do about listed images that are missing or cannot be decoded.</summary>
public enum BadImages
{
    /// <summary>Refuse: missing ones when the set is opened, undecodable ones when they are read.</summary>
    Fatal,

    /// <summary>Leave them out: every image is decoded once when the set is opened, and those that fail are named.</summary>
    Skip,
}
