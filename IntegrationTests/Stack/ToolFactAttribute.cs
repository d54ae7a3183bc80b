namespace IntegrationTests.Stack;

/// <summary>A test that wants a <see cref="Tool"/>. Where it is missing the test is skipped and says so.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="name">The member of <see cref="Tool"/>.</param>
    public ToolFactAttribute(string name)
    {
        var tool = (Tool)typeof(Tool).GetField(name)!.GetValue(null)!;
        if (!tool.IsThere)
        {
            Skip = $"{tool} is not here.";
        }
    }
}
