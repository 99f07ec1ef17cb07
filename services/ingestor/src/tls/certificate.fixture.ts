/** For tests: a self-signed certificate for localhost and its key. It protects nothing. */
export const testCertificate = {
  cert: Buffer.from(`-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUBPHgPYUdE+dBrE+3aG9CrRDTHQAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDA2Mzc0MVoYDzIxMjYxMDMx
MDYzNzQxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ0OPEhWez6QqIogbCwmZzIJFQZVpbZp8R4adCzPskzJM/kw7anYsmW
lkRHRaAIfRxNpyVF8ZSCdxr9hGogcOJGo28wbTAdBgNVHQ4EFgQUlL+oZQvd7qVs
+/UP2/nR0DRuYO4wHwYDVR0jBBgwFoAUlL+oZQvd7qVs+/UP2/nR0DRuYO4wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgEHJAxO91F4yY99+3EqynaCaD+UJfENMYEctlHzgcBfkCICOn
wwSkXfaWzWGtQmhj7tS+BkKPOciOvCwfSpiz8URt
-----END CERTIFICATE-----`),
  key: Buffer.from(`-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZFzJgq3vpZ2gEywj
BhT6bj7cfhBdanduCc6cOXzkUNehRANCAAQ0OPEhWez6QqIogbCwmZzIJFQZVpbZ
p8R4adCzPskzJM/kw7anYsmWlkRHRaAIfRxNpyVF8ZSCdxr9hGogcOJG
-----END PRIVATE KEY-----`),
}
