namespace Worker.Operations.Profiling;

/// <summary>One profile at a time: two would slow the worker down twice and find each other.</summary>
internal sealed class ProfilingTurn(ILogger<ProfilingTurn> logger) : IEndpointFilter
{
    private string? _taken;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var mine = $"{request.Path}{request.QueryString}";
        if (Interlocked.CompareExchange(ref _taken, mine, null) is { } other)
        {
            return Results.Text($"{other} is being taken, and only one at a time is.\n", statusCode: StatusCodes.Status409Conflict);
        }

        logger.TakingProfile(mine);
        try
        {
            return await next(context);
        }
        finally
        {
            Volatile.Write(ref _taken, null);
        }
    }
}
