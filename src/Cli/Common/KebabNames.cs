using System.Text;

namespace JaccardKernels.Cli;

/// <summary>The values of an enumeration as they are written on the command line: <c>LogRatio</c> is log-ratio.</summary>
internal static class KebabNames<T>
    where T : struct, Enum
{
    private static readonly (string Name, T Value)[] Table = [.. Enum.GetValues<T>().Select(value => (Kebab($"{value}"), value))];

    /// <summary>All names, for help.</summary>
    public static string All { get; } = string.Join('|', Table.Select(row => row.Name));

    /// <summary>The value of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static T Parse(string option, string name)
    {
        int index = Array.FindIndex(Table, row => row.Name == name);
        return index >= 0
            ? Table[index].Value
            : throw new ArgumentException($"{option} is '{name}'; it is one of {string.Join(", ", Table.Select(row => row.Name))}.");
    }

    private static string Kebab(string name)
    {
        var text = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }
}
