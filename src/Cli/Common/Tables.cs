using Spectre.Console;

namespace JaccardKernels.Cli;

/// <summary>Tables for people, all of one style.</summary>
internal static class Tables
{
    /// <summary>A table with these columns; a name that begins with '&gt;' is of numbers, aligned to the right.</summary>
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string name in columns)
        {
            var column = new TableColumn(Markup.Escape(name.TrimStart('>')));
            table.AddColumn(name.StartsWith('>') ? column.RightAligned() : column.NoWrap());
        }
        return table;
    }

    /// <summary>Adds a row of plain texts.</summary>
    public static void Row(this Table table, params IEnumerable<string> cells) => table.AddRow([.. cells.Select(Markup.Escape)]);

    /// <summary>Two columns, names and values, without a header.</summary>
    public static void WriteFacts(this IAnsiConsole console, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach ((string name, string value) in facts) grid.AddRow($"[grey]{Markup.Escape(name)}[/]", Markup.Escape(value));
        console.Write(grid);
    }
}
