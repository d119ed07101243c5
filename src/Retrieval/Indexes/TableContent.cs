namespace JaccardKernels.Retrieval;

/// <summary>What a <see cref="TableIndex"/> keeps of its items.</summary>
public sealed record TableContent : IndexContent
{
    /// <summary>Codes of a quantizer.</summary>
    /// <param name="quantizer">A safetensors file with the tensor 'codebooks' [M,256,D], and whatever else makes codes; kept in the index whole.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public TableContent(byte[] quantizer, string name = "quantizer")
        : this(new TableParts(quantizer, [], name))
    {
    }

    private TableContent(TableParts parts)
        : base(8 * parts.Codebooks.Count) => Parts = parts;

    /// <summary>Keep the embeddings themselves, for exact distances of what tables find: 4 bytes a dimension.</summary>
    public bool KeepsEmbeddings { get; init; }

    internal TableParts Parts { get; }

    private protected override int CodeWidth => Parts.Codebooks.Count;

    internal override ItemLayout Layout(IndexStructure structure)
    {
        if (BinaryIndex.IsBinary(structure)) throw new ArgumentException($"codes of a quantizer are not searched by bits: {structure} is no structure for them.", nameof(structure));
        ItemLayout layout = base.Layout(structure);
        List<Column> columns = [.. layout.Columns, ItemLayout.ColumnOf(SectionKind.Terms, 1)];
        if (KeepsEmbeddings) columns.Add(ItemLayout.ColumnOf(SectionKind.Embeddings, (uint)Parts.Codebooks.Dimensions));
        return layout with { Columns = columns, Tables = Parts };
    }
}
