namespace IntegrationTests.Stack;

/// <summary>A test that wants <see cref="Tool.Compose"/>. Where it is missing the test is skipped and says so.</summary>
internal sealed class ComposeFactAttribute : FactAttribute
{
    public ComposeFactAttribute()
    {
        if (!Tool.Compose.IsThere)
        {
            Skip = "`docker compose` is not here; it comes with Docker. What the file says is checked by the unit tests all the same.";
        }
    }
}
