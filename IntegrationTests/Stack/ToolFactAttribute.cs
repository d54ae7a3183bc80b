using System.Runtime.CompilerServices;

namespace IntegrationTests.Stack;

/// <summary>A test that wants a <see cref="Tool"/>. Where it is missing the test is skipped and says so.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="name">The member of <see cref="Tool"/>.</param>
    public ToolFactAttribute(string name)
    {
        var tool = name switch
        {
            nameof(Tool.Promtool) => Tool.Promtool,
            nameof(Tool.Compose) => Tool.Compose,
            nameof(Tool.Kubectl) => Tool.Kubectl,
            nameof(Tool.SystemdAnalyze) => Tool.SystemdAnalyze,
            _ => throw new SwitchExpressionException(name),
        };
        if (!tool.IsThere)
        {
            Skip = $"{tool} is not here.";
        }
    }
}
