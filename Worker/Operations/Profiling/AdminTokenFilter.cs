using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Infrastructure;

namespace Worker.Operations.Profiling;

/// <summary>
/// Lets in who knows <see cref="ManagementOptions.AdminToken"/>. While there is none the address does not exist; to everybody else it says that
/// it wants one.
/// </summary>
internal sealed class AdminTokenFilter(IServiceProvider services) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var token = services.CurrentOptions<ManagementOptions>().AdminToken;
        if (token.Length == 0)
        {
            return Results.NotFound();
        }

        if (!Knows(context.HttpContext.Request.Headers.Authorization, token))
        {
            context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Unauthorized();
        }

        return await next(context);
    }

    // Hashed first: then the comparison takes as long for every guess, whatever its length.
    private static bool Knows(string? authorization, string token) =>
        AuthenticationHeaderValue.TryParse(authorization, out var sent)
        && string.Equals(sent.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Hash(sent.Parameter ?? ""), Hash(token));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
