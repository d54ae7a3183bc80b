namespace Benchmarks.Results;

/// <summary>A picture of a result, as SVG that is legible on light and on dark paper.</summary>
/// <param name="Title">What is shown, with the unit.</param>
internal abstract record Chart(string Title)
{
    /// <summary>
    /// What is added to the measure's name for the file's name: lower case, no blanks. Empty for the one chart that stands for the whole measure.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>The name of its file beside the measure's other results.</summary>
    public string FileName(string measure) => Name.Length == 0 ? $"{measure}.svg" : $"{measure}-{Name}.svg";

    public abstract string ToSvg();
}
