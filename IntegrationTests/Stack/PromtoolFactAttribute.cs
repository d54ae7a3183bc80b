namespace IntegrationTests.Stack;

/// <summary>A test that wants <see cref="Tool.Promtool"/>. Where it is missing the test is skipped and says so.</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        if (!Tool.Promtool.IsThere)
        {
            Skip = "promtool is not here; on Debian and Ubuntu it comes with the package prometheus.";
        }
    }
}
