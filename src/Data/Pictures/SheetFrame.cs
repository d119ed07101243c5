namespace JaccardKernels.Data;

/// <summary>How a picture of a sheet is framed.</summary>
public enum SheetFrame
{
    /// <summary>The query: dark.</summary>
    Query,

    /// <summary>A relevant result: green, broad.</summary>
    Relevant,

    /// <summary>A result that is not relevant: red, narrow. Breadth tells them apart without colours.</summary>
    Irrelevant,

    /// <summary>A result of unknown relevance: grey.</summary>
    Unknown,
}
